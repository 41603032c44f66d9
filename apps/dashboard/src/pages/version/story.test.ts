import { expect, it } from '@jest/globals';
import { storyOf } from './story.ts';

const when = (iso: string): string => iso.slice(0, 10);
const time = {
  since: '2026-11-01T',
  until: null as string | null,
  wasReplaced: null as boolean | null,
  next: null as number | null,
};
const term = { ...time, proven: true, rolloutId: 'r1' };
const ended = { id: 'r2', endedAt: '2026-11-05T', decision: null, reason: 'why', waitingFor: null };

it.each([
  ['nothing', [], [], 'registered', 'Registered, and never released'],
  ['a term that lasts', [term], [], 'primary', 'Primary since 2026-11-01, proven'],
  [
    'one in its bake',
    [{ ...term, proven: false }],
    [{ ...ended, state: 'baking', endedAt: null }],
    'primary',
    'Primary since 2026-11-01, not proven yet: its bake is not over',
  ],
  [
    'a trial',
    [],
    [{ ...ended, state: 'running', endedAt: null, waitingFor: '3 of 20 requests' }],
    'running',
    'On trial: 3 of 20 requests',
  ],
  ['harm', [], [{ ...ended, state: 'rolled_back' }], 'rolled_back', 'Rolled back on 2026-11-05: why'],
  [
    'an earlier term that was replaced',
    [{ ...term, until: '2026-11-03T', wasReplaced: true, next: 4 }],
    [{ ...ended, state: 'succeeded' }],
    'replaced',
    'Was primary from 2026-11-01 to 2026-11-03; it was replaced, version 4 came after it',
  ],
  [
    'one that was taken off',
    [{ ...term, until: '2026-11-03T', wasReplaced: false }],
    [],
    'taken_off',
    'Was primary from 2026-11-01 to 2026-11-03; it was taken off',
  ],
  [
    'a term of before, and harm since',
    [{ ...term, until: '2026-11-03T', wasReplaced: true }],
    [{ ...ended, state: 'rolled_back' }],
    'rolled_back',
    'Rolled back on 2026-11-05: why',
  ],
] as const)('a version with %s', (_, times, rollouts, state, text) => {
  expect(storyOf(times, rollouts as never, when)).toMatchObject({ state, text });
});
