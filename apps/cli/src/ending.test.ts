import { expect, it } from '@jest/globals';
import { endOf, needsNobodyElse } from './ending.ts';
import type { Rollout } from './track.ts';

const rollout = (state: string): Rollout =>
  ({
    id: 'r-1',
    model: 'digits',
    version: 3,
    state,
    decision: { because: 'so it is' },
    reason: '',
  }) as unknown as Rollout;

it.each([
  ['succeeded', null, true],
  ['rolled_back', 3, true],
  ['aborted', 3, true],
  ['superseded', 7, true],
  ['awaiting_approval', 6, true],
  ['paused', 6, true],
])('%s ends with %s', (state, code, isOver) => {
  expect(endOf(rollout(state))?.code ?? null).toBe(code);
  expect(needsNobodyElse(rollout(state))).toBe(isOver);
});

it.each(['pending', 'running', 'baking'])('%s is waited for', (state) => {
  expect(needsNobodyElse(rollout(state))).toBe(false);
});

it('who waits for a person is told by which command it goes on', () => {
  expect(endOf(rollout('awaiting_approval'))?.message).toContain('understudy rollout approve r-1 --reason');
  expect(endOf(rollout('paused'))?.message).toContain('understudy rollout resume r-1 --reason');
});
