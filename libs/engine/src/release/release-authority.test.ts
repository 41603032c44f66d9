import { describe, expect, it } from '@jest/globals';
import { DEFAULT_POLICY_DOCUMENT } from '#libs/rollout';
import { firstPolicy, looserOutput, releaseTerms } from './release-authority.ts';

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

describe('which share of a batch must agree', () => {
  const rows = (agreeing?: number) => ({ kind: 'label', path: '$.predictions[*]', agreeing }) as const;
  const one = (agreeing?: number) => ({ kind: 'label', path: '$.label', agreeing }) as const;
  it.each([
    ['the same', rows(), rows(), false],
    ['the same share', rows(0.5), rows(0.5), false],
    ['a larger share', rows(0.8), rows(0.5), false],
    ['a smaller share', rows(0.5), rows(0.8), true],
    ['all, where rows are counted', rows(1), rows(), false],
    ['half, where rows are counted', rows(0.5), rows(), true],
    ['rows, where all must agree', rows(), rows(1), true],
    ['rows, where half must', rows(), rows(0.5), true],
    ['of a path that names one place it says nothing', one(), one(0.5), false],
  ])('%s', (_name, release, primary, isLooser) => {
    expect(looserOutput(release, primary).length > 0).toBe(isLooser);
  });
});
