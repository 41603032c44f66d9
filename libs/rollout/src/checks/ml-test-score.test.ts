import { describe, expect, it } from '@jest/globals';
import { DEFAULT_POLICY_DOCUMENT, ML_TESTS, mlTestScore, parsePolicy, type ScoredVersion } from '../index.ts';

const bare: ScoredVersion = {
  policy: parsePolicy(DEFAULT_POLICY_DOCUMENT),
  hasFeatureProfile: false,
  hasSignature: false,
  hasOutputSpec: false,
  hasUpstreams: false,
  golden: { any: false, slices: false },
  tags: {},
};
const pointsOf = (version: ScoredVersion) =>
  Object.fromEntries(
    Object.entries(mlTestScore(version).sections).map(([name, { points }]) => [name, points]),
  );

describe('the ML Test Score', () => {
  it('has 28 tests in four sections', () => {
    expect(Object.values(ML_TESTS).map((tests) => tests.length)).toEqual([7, 7, 7, 7]);
  });

  it('of a bare version is what the default policy does, and the least of the sections', () => {
    expect(pointsOf(bare)).toEqual({ data: 0, model: 0, infra: 2, monitor: 2 });
    expect(mlTestScore(bare)).toMatchObject({ score: 0, meaning: expect.stringMatching(/research project/) });
  });

  it('counts half a point by hand, one automated, and never one test twice', () => {
    const tags = {
      'mltest.data.2': 'manual',
      'mltest.data.7': 'automated',
      'mltest.model.1': 'manual',
      'mltest.infra.7': 'manual',
      'mltest.data.3': 'yes',
    };
    expect(pointsOf({ ...bare, tags })).toEqual({ data: 1.5, model: 0.5, infra: 2, monitor: 2 });
    expect(mlTestScore({ ...bare, tags }).score).toBe(0.5);
  });

  it('sees what a version brings', () => {
    const policy = parsePolicy({
      ...DEFAULT_POLICY_DOCUMENT,
      gates: [
        ...DEFAULT_POLICY_DOCUMENT.gates,
        { metric: 'input_drift', max: 0.25 },
        { metric: 'schema_violations', maxIncrease: 0.01 },
      ],
    });
    const rich = {
      ...bare,
      policy,
      hasFeatureProfile: true,
      hasOutputSpec: true,
      hasUpstreams: true,
      golden: { any: true, slices: true },
    };
    expect(pointsOf(rich)).toEqual({ data: 1, model: 1, infra: 3, monitor: 6 });
  });
});
