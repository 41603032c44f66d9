import { expect, it } from '@jest/globals';
import { outdatedBy } from './outdated-by.ts';

const lists = (type: string): readonly string[] =>
  outdatedBy({ type, model: 'm', rolloutId: type.startsWith('rollout.') ? 'r' : null }).map((key) =>
    key.join('/'),
  );

it.each([
  // What serves, and whether it answers.
  ['primary.unreachable', true],
  ['primary.reachable', true],
  ['model.retired', true],
  ['alias.set', true],
  ['rollout.promoted', true],
  ['rollout.succeeded', true],
  ['rollout.rolled_back', true],
  // A bake that ends so goes back to the version before.
  ['rollout.aborted', true],
  ['rollout.superseded', true],
  // Several of these a second of each rollout: they change nothing in the list.
  ['rollout.judged', false],
  ['rollout.step_started', false],
  ['version.registered', false],
])('%s: the list of models is out of date: %s', (type, isOutdated) => {
  expect(lists(type).includes('overview')).toBe(isOutdated);
});

it('always what was done, and what it was done to', () => {
  expect(lists('primary.unreachable')).toEqual(expect.arrayContaining(['audit', 'model/m']));
  expect(lists('rollout.judged')).toEqual(['audit', 'model/m', 'overview/rollouts', 'rollout/r']);
  expect(lists('rollout.created')).toContain('overview');
});
