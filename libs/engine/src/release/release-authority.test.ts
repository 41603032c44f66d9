import { expect, it } from '@jest/globals';
import { DEFAULT_POLICY_DOCUMENT } from '#libs/rollout';
import { firstPolicy, releaseTerms } from './release-authority.ts';

const silent = { ...DEFAULT_POLICY_DOCUMENT, name: 'of the release' } as Record<string, unknown>;
delete silent['onUndecided'];

it.each(['rollback', 'pause'])(
  'a release that says nothing of a step whose time is over ends as its model says: %s',
  (onUndecided) => {
    const { policy, loosened } = releaseTerms(
      silent,
      { policy: { ...DEFAULT_POLICY_DOCUMENT, onUndecided } },
      'submit',
    );
    expect(loosened).toEqual([]);
    expect(policy).toEqual(onUndecided === 'rollback' ? { ...silent, onUndecided } : silent);
  },
);

it('one that says it is looser', () => {
  const model = { policy: { ...DEFAULT_POLICY_DOCUMENT, onUndecided: 'rollback' } };
  expect(() => releaseTerms({ ...silent, onUndecided: 'pause' }, model, 'submit')).toThrow(/looser/);
});

const rateOf = (document: unknown) =>
  (document as typeof DEFAULT_POLICY_DOCUMENT).gates.find(({ metric }) => metric === 'error_rate');
const withRate = (maxIncrease: unknown) => ({
  ...DEFAULT_POLICY_DOCUMENT,
  gates: DEFAULT_POLICY_DOCUMENT.gates.map((gate) =>
    gate.metric === 'error_rate' ? { ...gate, maxIncrease } : gate,
  ),
});

it.each([0.01, 0.005])('a release that says no multiple beside %s has the one of its model', (points) => {
  const { policy, loosened } = releaseTerms(withRate(points), { policy: null }, 'submit');
  expect(loosened).toEqual([]);
  expect(rateOf(policy)).toEqual({ metric: 'error_rate', maxIncrease: { points, ratio: 5 } });
});

it('one that says more points, or a larger multiple, is looser', () => {
  for (const maxIncrease of [0.02, { points: 0.01, ratio: 6 }])
    expect(() => releaseTerms(withRate(maxIncrease), { policy: null }, 'submit')).toThrow(/looser/);
});

it('a model whose own policy has points alone keeps them', () => {
  const model = { policy: withRate(0.01) };
  expect(rateOf(releaseTerms(withRate(0.01), model, 'submit').policy)).toEqual({
    metric: 'error_rate',
    maxIncrease: 0.01,
  });
});

it("a submitter's model has the default's multiple; an operator's what it says, on the record", () => {
  expect(rateOf(firstPolicy(withRate(0.01), 'submit').policy)).toEqual({
    metric: 'error_rate',
    maxIncrease: { points: 0.01, ratio: 5 },
  });
  const { policy, loosened } = firstPolicy(withRate(0.01), 'operate');
  expect(rateOf(policy)).toEqual({ metric: 'error_rate', maxIncrease: 0.01 });
  expect(loosened.map(({ field }) => field)).toContain('/gates/1/maxIncrease');
});

it("an admin's release means what it says: points alone, on the record", () => {
  const { policy, loosened } = releaseTerms(withRate(0.9), { policy: null }, 'admin');
  expect(rateOf(policy)).toEqual({ metric: 'error_rate', maxIncrease: 0.9 });
  expect(loosened.map(({ field }) => field)).toContain('/gates/1/maxIncrease');
});
