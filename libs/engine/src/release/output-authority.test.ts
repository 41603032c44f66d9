import { describe, expect, it } from '@jest/globals';
import type { OutputSpec } from '#libs/traffic';
import { NO_RELEASE_SETTINGS } from '../ports/records.ts';
import { loosenedOutput, looserOutput } from './output-authority.ts';

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

it.each([
  ['the same share', 0.01, 0.01, false],
  ['a smaller one', 0.001, 0.01, false],
  ['none', undefined, 0.01, false],
  ['a larger one', 0.02, 0.01, true],
  ['one where the primary has none', 0.01, undefined, true],
])('a tolerance by share is looser when it is larger: %s', (_name, release, primary, isLooser) => {
  const score = (relativeTolerance?: number) =>
    ({ kind: 'score', path: '$.y', tolerance: 0.1, relativeTolerance }) as const;
  expect(looserOutput(score(release), score(primary)).length > 0).toBe(isLooser);
});

describe("a submitter's output spec", () => {
  const score = (tolerance: number) => ({ kind: 'score', path: '$.y', tolerance }) as const;
  const of = (outputSpec: OutputSpec | null) => ({ outputSpec });
  const model = (tolerance: number | null) => ({
    releaseSettings: tolerance === null ? null : { ...NO_RELEASE_SETTINGS, outputSpec: score(tolerance) },
  });
  it.each([
    ["the primary's", 0.1, 0.1, null, true],
    ["looser than the primary's", 0.2, 0.1, null, false],
    ["the model's, which an operator has set, where the primary's is stricter", 0.5, 0.1, 0.5, true],
    ["stricter than the model's", 0.3, 0.1, 0.5, true],
    ["looser than the model's", 0.6, 0.1, 0.5, false],
    ["looser than the model's, and stricter than the primary's", 0.08, 0.1, 0.05, true],
  ])('%s', (_name, release, primary, models, isAllowed) => {
    const loosened = () => loosenedOutput(score(release), of(score(primary)), model(models), 'submit');
    if (!isAllowed) return expect(loosened).toThrow(/not the primary's/);
    // What is looser than the primary's is on the record all the same.
    expect(loosened().length > 0).toBe(release > primary);
  });
  it('may be none only where the primary has none', () => {
    expect(() => loosenedOutput(null, of(score(0.1)), model(0.5), 'submit')).toThrow();
    expect(loosenedOutput(null, of(null), model(0.5), 'submit')).toEqual([]);
    expect(loosenedOutput(null, of(score(0.1)), model(0.5), 'operate')).toHaveLength(1);
  });
  it("of a first version is the model's or a stricter one, where the model has one: later releases may have it, too", () => {
    const first = (release: number | null, models: number | null, authority: 'submit' | 'operate') =>
      loosenedOutput(release === null ? null : score(release), null, model(models), authority);
    expect(() => first(0.6, 0.5, 'submit')).toThrow(/not the model's/);
    expect(first(0.6, 0.5, 'operate')).toHaveLength(1);
    // Without any, answers are compared whole: so are they of a version that was registered before the model had one.
    for (const [release, models] of [
      [0.5, 0.5],
      [0.4, 0.5],
      [0.6, null],
      [null, 0.5],
    ] as const)
      expect(first(release, models, 'submit')).toEqual([]);
  });
});
