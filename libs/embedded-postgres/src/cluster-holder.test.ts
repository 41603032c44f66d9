import { expect, it } from '@jest/globals';
import { clusterHolder, type ClusterFacts } from './cluster-holder.ts';

const alive = (where: 'here' | 'elsewhere' | 'unknown', isStarterAlive: boolean | null = false) => ({
  isAlive: true,
  where,
  isStarterAlive,
});
const dead = { isAlive: false, where: 'elsewhere', isStarterAlive: false } as const;
const ITSELF = { isFolderOfNote: true, isPathOfPostmaster: true };
const MOVED = { isFolderOfNote: true, isPathOfPostmaster: false };
const COPY = { isFolderOfNote: false, isPathOfPostmaster: false };
const RESTORED_IN_PLACE = { isFolderOfNote: false, isPathOfPostmaster: true };
const OLDER_RELEASE = { isFolderOfNote: null, isPathOfPostmaster: true };
const OLDER_COPY = { isFolderOfNote: null, isPathOfPostmaster: false };

it.each<[string, ClusterFacts['postmaster'], Omit<ClusterFacts, 'postmaster'>, string]>([
  ['ended cleanly', null, ITSELF, 'free'],
  ['moved after a clean end', null, MOVED, 'free'],
  ['copied after a clean end', null, COPY, 'free'],
  ['killed', dead, ITSELF, 'free'],
  ['killed, then moved', dead, MOVED, 'free'],
  ['its starter was killed', alive('here'), ITSELF, 'left-over'],
  ['its starter was killed, then the folder was moved', alive('here'), MOVED, 'left-over'],
  ['its starter is not known', alive('here', null), OLDER_RELEASE, 'left-over'],
  ['its starter runs', alive('here', true), ITSELF, 'held'],
  ['the number is another process’s by now', alive('elsewhere'), ITSELF, 'stale'],
  ['the number is another process’s, nobody can see whose', alive('unknown'), ITSELF, 'unclear'],
  ['copied while it ran, and it still runs', alive('elsewhere', true), COPY, 'copied'],
  ['the same, and nobody can see where', alive('unknown', true), COPY, 'copied'],
  ['copied while it ran, and it has ended', dead, COPY, 'copied'],
  ['such a copy put in the place of the original', dead, RESTORED_IN_PLACE, 'copied'],
  ['a copy of an older release’s, made while it ran', dead, OLDER_COPY, 'copied'],
  ['an older release’s that was killed', dead, OLDER_RELEASE, 'free'],
])('%s: %#', (_what, postmaster, facts, holder) => {
  expect(clusterHolder({ postmaster, ...facts })).toBe(holder);
});
