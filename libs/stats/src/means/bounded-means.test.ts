import { describe, expect, it } from '@jest/globals';
import {
  addPoints,
  addValue,
  type BoundedMargin,
  boundedMeansEvidence,
  edgeOf,
  judgeBoundedMean,
  judgeBoundedMeans,
  judgeMeans,
  type Moments,
  NO_MOMENTS,
  pointsAround,
  type Points,
  quantilesOfPoints,
  type ValueRange,
} from '../index.ts';
import { seededRandom } from '../seeded-random.fixture.ts';
import { normal } from '../worlds.fixture.ts';

/**
 * Values of both arms at the very edge of the hypothesis, and the share of streams that ever errs. 10,000 streams know a share to 0.2 points
 * (`npm run test:nightly`, COVERAGE_STREAMS=60000 gives 2,000); those of each run would see what the approximate sequence does here.
 */
const STREAMS = Math.ceil(Number(process.env['COVERAGE_STREAMS'] ?? 2_000) / 30);
const BUDGET = { harm: 0.018, safety: 0.05 };
const atMost = (bound: number): number => bound + 3 * Math.sqrt((bound * (1 - bound)) / STREAMS);

interface World {
  /** @param candidate whose value it is */
  draw(random: () => number, candidate: boolean): number;
  readonly bound: ValueRange | { readonly quantile: number; readonly from: number };
  readonly worse: 'higher' | 'lower';
  readonly by: number;
}

/** Whether the candidate is exactly at the margin, or exactly as the primary. */
type Point = 'margin' | 'alike';
const loses = (point: Point, candidate: boolean): boolean => point === 'margin' && candidate;

/** Purchases by 1 % of all, log-normal with a spread of 2: the mean is 0.0739. Winsorised, so that the candidate is at the margin by the cut-off values only roughly. */
const WORLDS: Readonly<Record<string, (point: Point) => World>> = {
  'stars from 1 to 5': (point) => ({
    bound: { from: 1, to: 5 },
    worse: 'lower',
    by: 0.2,
    draw(random, candidate) {
      const stars = 1 + Math.floor(5 * random() ** 0.7);
      return loses(point, candidate) && random() < 0.2 / (stars - 1) / (1 - 0.2 ** (1 / 0.7)) && stars > 1
        ? 1
        : stars;
    },
  }),
  'a sum that one of a thousand has': (point) => ({
    bound: { from: 0, to: 500 },
    worse: 'lower',
    by: 0.25,
    draw: (random, candidate) => (random() < (loses(point, candidate) ? 0.0005 : 0.001) ? 500 : 0),
  }),
  'costs that are now and then 100 times as high': (point) => ({
    bound: { from: 0, to: 0.2 },
    worse: 'higher',
    by: 0.0006,
    draw(random, candidate) {
      const usual = 0.001 * (0.5 + random());
      return random() < (loses(point, candidate) ? 0.01 : 0.004) ? 0.1 + usual * (1 - 1e-9) : usual;
    },
  }),
};

interface Arms {
  readonly points: readonly [Record<string, number>, Record<string, number>];
  moments: [Moments, Moments];
}
type Look = (arms: Arms) => string;

function ends(world: World, look: Look, [requests, every]: readonly [number, number], seed: number) {
  const random = seededRandom(seed);
  const found = { fail: 0, pass: 0 };
  for (let i = 0; i < STREAMS; i++) {
    const arms: Arms = { points: [{}, {}], moments: [NO_MOMENTS, NO_MOMENTS] };
    for (let n = 1; n <= requests; n++) {
      const arm = random() < 0.5 ? 1 : 0;
      const value = world.draw(random, arm === 1);
      const before = arms.moments[arm];
      arms.moments[arm] = {
        ...addValue(before, value),
        nonZero: (before.nonZero ?? 0) + (value === 0 ? 0 : 1),
      };
      for (const [point, weight] of pointsAround(value))
        arms.points[arm][point] = (arms.points[arm][point] ?? 0) + weight;
      if (n % every !== 0) continue;
      const verdict = look(arms);
      if (verdict !== 'fail' && verdict !== 'pass') continue;
      found[verdict]++;
      break;
    }
  }
  return { fail: found.fail / STREAMS, pass: found.pass / STREAMS };
}

const one = <T>(arms: T) => ({ harm: [arms], safety: [arms], most: { harm: 1, safety: 1 } });
const LIMITS = { harm: Math.log(1 / BUDGET.harm), safety: Math.log(1 / BUDGET.safety) };
/** What the judge decides by, without the intervals that it shows. */
const decided = (
  [primary, candidate]: readonly [Points, Points],
  range: ValueRange,
  margin: BoundedMargin,
): string => {
  const lnAt = boundedMeansEvidence(one({ candidate, primary, ratio: 1, effect: 1 }), range, margin);
  if (lnAt(edgeOf(margin), 'harm') >= LIMITS.harm) return 'fail';
  return lnAt(edgeOf(margin), 'safety') >= LIMITS.safety ? 'pass' : 'undecided';
};
const bounded =
  ({ worse, by }: World, range: ValueRange): Look =>
  ({ points }) =>
    decided(points, range, { worse, by });
const asymptotic =
  ({ worse, by }: World): Look =>
  ({ moments: [primary, candidate] }) =>
    judgeMeans(one({ candidate, primary }), { worse, by }, BUDGET).verdict;

describe('means of values within a range', () => {
  it.each(Object.entries(WORLDS))('%s', (_name, make) => {
    const [alike, margin] = [make('alike'), make('margin')];
    const good = ends(alike, bounded(alike, alike.bound as ValueRange), [4_000, 1_000], 61);
    const bad = ends(margin, bounded(margin, margin.bound as ValueRange), [4_000, 1_000], 62);
    expect(good.fail).toBeLessThanOrEqual(atMost(BUDGET.harm));
    expect(bad.pass).toBeLessThanOrEqual(atMost(BUDGET.safety));
  });

  it('holds where the approximate sequence does not: before the first of the few events that carry the mean', () => {
    const make = WORLDS['costs that are now and then 100 times as high'] as (point: Point) => World;
    const margin = make('margin');
    const early = [1_000, 100] as const;
    expect(ends(margin, asymptotic(margin), early, 65).pass).toBeGreaterThan(atMost(BUDGET.safety));
    const exact = ends(margin, bounded(margin, margin.bound as ValueRange), early, 65);
    expect(exact.pass).toBeLessThanOrEqual(atMost(BUDGET.safety));
  });

  it('finds what is worse, and promotes what is alike', () => {
    const stars = (WORLDS['stars from 1 to 5'] as (point: Point) => World)('alike');
    const far: World = {
      ...stars,
      draw: (random, candidate) => stars.draw(random, false) - (candidate && random() < 0.9 ? 0.6 : 0),
    };
    const range = { from: 0.4, to: 5 };
    expect(ends(stars, bounded(stars, { from: 1, to: 5 }), [6_000, 1_000], 63).pass).toBeGreaterThan(0.9);
    expect(ends(far, bounded(far, range), [3_000, 1_000], 64)).toEqual({ fail: 1, pass: 0 });
  });

  it('does not take nothing for a proof before there was enough of it', () => {
    const look = (n: number) =>
      judgeBoundedMeans(
        one({ candidate: { '0': n }, primary: { '0': n }, ratio: 1, effect: 1 }),
        { from: 0, to: 100 },
        { worse: 'lower', by: 1 },
        BUDGET,
        '',
      ).verdict;
    expect([50, 200, 5_000].map(look)).toEqual(['undecided', 'undecided', 'pass']);
  });
});

describe('winsorised means', () => {
  // Purchases by 1 % of all, log-normal with a spread of 2: rows of the audit in which the approximate sequence errs.
  const purchases =
    (share: number) =>
    (random: () => number): number =>
      random() < share ? Math.exp(2 * normal(random)) : 0;
  const chosen = (draw: (random: () => number) => number, random: () => number): ValueRange => {
    const first = addPoints(
      Array.from({ length: 1_000 }, () => Object.fromEntries(pointsAround(draw(random)))),
    );
    const found = quantilesOfPoints(first, 0.999);
    return { from: found?.lower ?? 0, to: found?.upper ?? 0 };
  };

  it('a candidate exactly at the margin, of the values as they are cut off, passes no more often than it may', () => {
    const random = seededRandom(71);
    const draw = purchases(0.01);
    let [passed, failed] = [0, 0];
    for (let i = 0; i < STREAMS; i++) {
      const range = chosen(draw, random);
      const cut = (value: number) => Math.min(range.to, Math.max(range.from, value));
      // A quarter of the sales is lost: the margin is what that makes of the mean of cut-off values.
      const sample = Array.from({ length: 8_000 }, () => cut(draw(random)));
      const by = sample.reduce((sum, value) => sum + value, 0) / sample.length / 4;
      const arms: [Record<string, number>, Record<string, number>] = [{}, {}];
      const alike: [Record<string, number>, Record<string, number>] = [{}, {}];
      const add = (to: Record<string, number>, value: number) => {
        for (const [point, weight] of pointsAround(value)) to[point] = (to[point] ?? 0) + weight;
      };
      const look = (both: readonly [Points, Points]) => decided(both, range, { worse: 'lower', by });
      let [atMargin, good] = ['undecided', 'undecided'];
      for (let n = 1; n <= 4_000; n++) {
        const arm = random() < 0.5 ? 1 : 0;
        const value = draw(random);
        add(alike[arm], value);
        add(arms[arm], arm === 1 && random() < 0.25 ? 0 : value);
        if (n % 2_000 !== 0) continue;
        if (atMargin === 'undecided') atMargin = look(arms);
        if (good === 'undecided') good = look(alike);
      }
      if (atMargin === 'pass') passed++;
      if (good === 'fail') failed++;
    }
    expect(passed / STREAMS).toBeLessThanOrEqual(atMost(BUDGET.safety));
    expect(failed / STREAMS).toBeLessThanOrEqual(atMost(BUDGET.harm));
  });
});

it('one mean: at most so much', () => {
  const look = (value: number, n: number) =>
    judgeBoundedMean(
      { points: { [String(value)]: n }, effect: 1 },
      { from: 0, to: 10 },
      1,
      BUDGET,
      'within 0 and 10',
    );
  expect(look(0.5, 20)).toMatchObject({ verdict: 'undecided' });
  expect(look(0.5, 400)).toMatchObject({ verdict: 'pass', estimate: 0.5 });
  expect(look(2, 400)).toMatchObject({ verdict: 'fail', estimate: 2 });
  expect(look(0.5, 0)).toMatchObject({ verdict: 'no_data' });
});

it('a ratio is compared as a ratio, and said as one', () => {
  const look = (candidate: Points, primary: Points, ratio: number, worse: 'higher' | 'lower' = 'higher') =>
    judgeBoundedMeans(
      one({ candidate, primary, ratio: 1, effect: 1 }),
      { from: 0, to: 1_000 },
      { worse, ratio },
      BUDGET,
      'within 0 and 1000',
    );
  expect(look({ '100': 900 }, { '100': 900 }, 1.25)).toMatchObject({ verdict: 'pass', estimate: 1 });
  expect(look({ '200': 900 }, { '100': 900 }, 1.25)).toMatchObject({ verdict: 'fail', estimate: 2 });
  expect(look({ '100': 900 }, { '100': 900 }, 0.8, 'lower')).toMatchObject({ verdict: 'pass' });
  expect(look({ '50': 900 }, { '100': 900 }, 0.8, 'lower')).toMatchObject({ verdict: 'fail' });
  const { interval, because } = look({ '200': 900 }, { '100': 900 }, 1.25);
  expect(interval.lower).toBeGreaterThanOrEqual(1.25);
  expect(interval.lower).toBeLessThan(2);
  expect(because).toMatch(
    /^200 on 900 against 100 on 900, within 0 and 1000: between 1\.\d+ and [\d.]+ times; 1\.25 times is allowed$/,
  );
});
