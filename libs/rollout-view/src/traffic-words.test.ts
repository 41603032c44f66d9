import { expect, it } from '@jest/globals';
import { shareOf, trafficWords } from './traffic-words.ts';

type Shown = Parameters<typeof trafficWords>[0];
const rollout = (more: Partial<Shown>): Shown => ({
  state: 'running',
  step: null,
  from: 1,
  version: 3,
  ...more,
});
const canary = (more: object = {}) => ({
  primary: 1,
  candidate: { version: 3, mode: 'canary' as const, weight: 2_500, heldBack: false, segments: [], ...more },
});
const approval = {
  index: 3,
  kind: 'approval',
  weight: null,
  segments: null,
  startedAt: null,
  clockStoppedAt: null,
};

it.each<[string, Partial<Shown>, string, number]>([
  [
    'an approval after 25 %',
    { state: 'awaiting_approval', step: approval, traffic: canary() },
    '25 % of the units get version 3, the others version 1.',
    2_500,
  ],
  [
    'a pause',
    { state: 'paused', traffic: canary({ weight: 100 }) },
    '1 % of the units get version 3, the others version 1.',
    100,
  ],
  [
    'a bake that holds back',
    {
      state: 'baking',
      traffic: { primary: 3, candidate: { ...canary().candidate, version: 1, weight: 500, heldBack: true } },
    },
    'Version 3 serves 95 % of the units, and is watched; 5 % are held back on version 1.',
    9_500,
  ],
  [
    'a bake of everybody',
    { state: 'baking', traffic: { primary: 3, candidate: null } },
    'Version 3 serves everybody, and is watched; version 1 is kept ready.',
    10_000,
  ],
  [
    'a shadow',
    { traffic: canary({ mode: 'shadow', weight: 10_000 }) },
    'Everybody gets version 1; copies of 100 % of the requests go to version 3.',
    0,
  ],
  [
    'a step with traffic whose route takes it off',
    { step: { ...approval, kind: 'canary', weight: 5_000 }, traffic: { primary: 1, candidate: null } },
    'Everybody gets version 1.',
    0,
  ],
  ['one that is taken off', { state: 'rolled_back' }, 'Version 3 gets nothing; version 1 serves.', 0],
  ['a first version that waits', { state: 'pending', from: null }, 'Nothing serves yet.', 0],
  [
    'an older api',
    { step: { ...approval, kind: 'canary', weight: 5_000 } },
    '50 % of the units get version 3, the others version 1.',
    5_000,
  ],
])('%s is said as it is', (_what, more, words, share) => {
  expect(trafficWords(rollout(more))).toBe(words);
  expect(shareOf(rollout(more))).toEqual({ share, ring: null });
});

it('a ring is said by its members', () => {
  const ring = rollout({ traffic: canary({ weight: 0, segments: [{ segment: 'staff', weight: 5_000 }] }) });
  expect(trafficWords(ring)).toBe('50 % of the units in staff get version 3; everybody else gets version 1.');
  expect(shareOf(ring)).toEqual({ share: 0, ring: '50 % of staff' });
  const later = rollout({ traffic: canary({ segments: [{ segment: 'staff', weight: 10_000 }] }) });
  expect(trafficWords(later)).toBe(
    '25 % of the units, and 100 % of staff, get version 3, the others version 1.',
  );
});
