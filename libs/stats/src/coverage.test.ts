import { describe, expect, it } from '@jest/globals';
import {
  bucketBounds,
  bucketIndex,
  independentRates,
  lnDifferenceEvidence,
  lnEvidenceAgainst,
  lnPairedEvidence,
  lnSampleRatioEvidence,
  quantileInterval,
  stabilityInterval,
  totalOf,
  type TwoArms,
  UNIT_GROUPS,
} from './index.ts';
import { lnMeanEvidence } from './means/judge-means.ts';
import { seededRandom } from './seeded-random.fixture.ts';

/**
 * Every method looked at after every request, on streams at the very edge of what it may not reject:
 * the share of streams that it ever rejects must be at most alpha. 10,000 streams (`npm run test:nightly`) know that
 * share to a standard error of at most sqrt(0.05 · 0.95 / 10,000) = 0.22 points, the 1,000 of each run to 0.7; the
 * methods are sharper than they promise by more than that, so the bound is asserted as it stands.
 */
const { sqrt, log, cos, floor } = Math;
const STREAMS = Number(process.env['COVERAGE_STREAMS'] ?? 1_000);
const ALPHA = 0.05;
const LIMIT = Math.log(1 / ALPHA);

/** The share of streams in which a look rejects. */
function share(streams: number, stream: (random: () => number) => Iterable<boolean>, seed: number): number {
  const random = seededRandom(seed);
  let erred = 0;
  for (let i = 0; i < streams; i++)
    for (const rejects of stream(random))
      if (rejects) {
        erred++;
        break;
      }
  return erred / streams;
}

describe('the Bernoulli sequence', () => {
  it.each([0.001, 0.03, 0.5])('rejects the true rate %d in at most alpha of the streams', (p) => {
    const erred = share(
      STREAMS,
      function* (random) {
        for (let n = 1, s = 0; n <= 400; n++) {
          if (random() < p) s++;
          yield lnEvidenceAgainst({ successes: s, trials: n }, p) >= LIMIT;
        }
      },
      1,
    );
    expect(erred).toBeLessThanOrEqual(ALPHA);
  });

  it('does so for outcomes between 0 and 1 too (rank correlations)', () => {
    const erred = share(
      STREAMS,
      function* (random) {
        for (let n = 1, s = 0; n <= 300; n++) {
          s += random() < 0.3 ? random() : 0.5 + random() / 2;
          yield lnEvidenceAgainst({ successes: s, trials: n }, 0.3 * 0.5 + 0.7 * 0.75) >= LIMIT;
        }
      },
      2,
    );
    expect(erred).toBeLessThanOrEqual(ALPHA);
  });
});

describe('bets on the difference of two rates', () => {
  const MARGIN = 0.01;
  /** @param base the primary's rate at a request; @param declared the share that the route declares */
  const differenceStream = (
    weight: number,
    side: 'above' | 'below',
    requests: number,
    base: (n: number) => number,
    declared = weight,
  ) =>
    function* (random: () => number): Iterable<boolean> {
      const counts = { sc: 0, nc: 0, sp: 0, np: 0 };
      for (let n = 1; n <= requests; n++) {
        const onCandidate = random() < weight;
        const bad = random() < base(n) + (onCandidate ? MARGIN : 0);
        if (onCandidate) {
          counts.nc++;
          if (bad) counts.sc++;
        } else {
          counts.np++;
          if (bad) counts.sp++;
        }
        const arms: TwoArms = {
          candidate: { successes: counts.sc, trials: counts.nc },
          primary: { successes: counts.sp, trials: counts.np },
          ratio: declared / (1 - declared),
        };
        yield lnDifferenceEvidence(arms, MARGIN, side) >= LIMIT;
      }
    };

  it.each([
    ['harm at 1 %', 0.01, 'above'],
    ['harm at 10 %', 0.1, 'above'],
    ['harm at 50 %', 0.5, 'above'],
    ['safety at 10 %', 0.1, 'below'],
    ['safety at 50 %', 0.5, 'below'],
    ['harm at 10 % where most is bad', 0.1, 'above', 0.9],
    ['safety at 50 % where most is bad', 0.5, 'below', 0.9],
  ] as const)('%s: a candidate exactly at the margin', (_name, weight, side, base: number = 0.02) => {
    expect(
      share(
        STREAMS,
        differenceStream(weight, side, 300, () => base),
        3,
      ),
    ).toBeLessThanOrEqual(ALPHA);
  });

  it.each([0.02, 0.2])('one busy unit brings the candidate ten times its share, at a rate of %d', (base) => {
    expect(
      share(
        STREAMS,
        differenceStream(0.1, 'above', 400, () => base, 0.01),
        9,
      ),
    ).toBeLessThanOrEqual(ALPHA);
  });

  it.each([0.1, 0.5])('a busy unit that always fails, wherever the lot of %d puts it', (weight) => {
    const busyStream = function* (random: () => number): Iterable<boolean> {
      const arm = () => ({ requests: {} as Record<string, number>, bad: {} as Record<string, number> });
      const arms = { candidate: arm(), primary: arm() };
      const onCandidate = Array.from({ length: 201 }, () => random() < weight);
      for (let n = 1; n <= 200; n++) {
        // Unit 200 sends 30 % of the requests.
        const unit = random() < 0.3 ? 200 : floor(200 * random());
        const name = onCandidate[unit] ? 'candidate' : 'primary';
        const bad = random() < (unit === 200 ? 0.95 : 0.02 + (name === 'candidate' ? MARGIN : 0));
        const group = String(unit % UNIT_GROUPS);
        const { requests, bad: failed } = arms[name];
        requests[group] = (requests[group] ?? 0) + 1;
        if (bad) failed[group] = (failed[group] ?? 0) + 1;
        const counts = (one: ReturnType<typeof arm>) => ({
          ...one,
          rate: { successes: totalOf(one.bad), trials: totalOf(one.requests) },
        });
        const { harm } = independentRates(counts(arms.candidate), counts(arms.primary));
        // The evidence changes with failures; without one it can only fall.
        if (bad)
          yield lnDifferenceEvidence({ ...harm, ratio: weight / (1 - weight) }, MARGIN, 'above') >= LIMIT;
      }
    };
    // 10,000 streams take seven minutes (run once: it held); 1,000 know the share to 0.7 points.
    expect(share(STREAMS / 10, busyStream, 12)).toBeLessThanOrEqual(ALPHA);
  });

  it('thirty busy units with most of the failures, alike on both arms', () => {
    const busyStream = function* (random: () => number): Iterable<boolean> {
      const arm = () => ({ requests: {} as Record<string, number>, bad: {} as Record<string, number> });
      const arms = { candidate: arm(), primary: arm() };
      const units = Array.from({ length: 2_030 }, () => ({
        arm: random() < 0.5 ? arms.candidate : arms.primary,
        group: String(floor(random() * UNIT_GROUPS)),
      }));
      const counts = (one: ReturnType<typeof arm>) => ({
        ...one,
        rate: { successes: totalOf(one.bad), trials: totalOf(one.requests) },
      });
      for (let n = 1; n <= 6_000; n++) {
        const isBusy = random() < 0.6;
        const unit = units[isBusy ? 2_000 + floor(random() * 30) : floor(random() * 2_000)];
        if (!unit) continue;
        unit.arm.requests[unit.group] = (unit.arm.requests[unit.group] ?? 0) + 1;
        if (random() < (isBusy ? 0.15 : 0.01)) unit.arm.bad[unit.group] = (unit.arm.bad[unit.group] ?? 0) + 1;
        if (n % 100 !== 0) continue;
        const { harm } = independentRates(counts(arms.candidate), counts(arms.primary));
        yield lnDifferenceEvidence({ ...harm, ratio: 1 }, MARGIN, 'above') >= LIMIT;
      }
    };
    // Chosen by each arm's own counts, the groups that stand out made a quarter of these streams err.
    expect(share(STREAMS / 10, busyStream, 13)).toBeLessThanOrEqual(ALPHA);
  });

  it.each(['above', 'below'] as const)('%s, while the base rate rises and falls', (side) => {
    const wave = (n: number): number => 0.1 + 0.09 * Math.sin(n / 20) + (n > 150 && n < 180 ? 0.5 : 0);
    expect(share(STREAMS, differenceStream(0.3, side, 300, wave), 4)).toBeLessThanOrEqual(ALPHA);
  });
});

describe('the other methods', () => {
  it.each([
    ['normal', (random: () => number) => sqrt(-2 * log(1 - random())) * cos(2 * Math.PI * random())],
    ['skewed', (random: () => number) => -log(1 - random())],
  ])('means of %s values (asymptotic: from 50 values on)', (_name, draw) => {
    for (const side of ['above', 'below'] as const) {
      const erred = share(
        STREAMS,
        function* (random) {
          const candidate = { n: 0, mean: 0, m2: 0 };
          const primary = { n: 0, mean: 0, m2: 0 };
          for (let n = 1; n <= 200; n++) {
            addTo(candidate, draw(random) + 0.5);
            addTo(primary, draw(random));
            // What judgeMeans compares with its limit; the search for the interval's ends costs too much here.
            yield lnMeanEvidence({ candidate, primary }, 1, 0.5, 0.5, side) >= LIMIT;
          }
        },
        5,
      );
      expect(erred).toBeLessThanOrEqual(ALPHA);
    }
  });

  it.each([0.5, 0.9])('the quantile %d of latencies', (q) => {
    // Ten latencies, each in a bucket of its own, alike in frequency: the q-quantile is known.
    const values = Array.from({ length: 10 }, (_v, i) => 10 * 1.3 ** i);
    const truth = bucketBounds(bucketIndex(values[Math.ceil(q * 10) - 1] ?? 0));
    const erred = share(
      STREAMS,
      function* (random) {
        const buckets: Record<string, number> = {};
        for (let n = 1; n <= 150; n++) {
          const bucket = String(bucketIndex(values[floor(random() * 10)] ?? 0));
          buckets[bucket] = (buckets[bucket] ?? 0) + 1;
          const { lower, upper } = quantileInterval({ count: n, buckets }, q, ALPHA);
          yield lower >= truth.upper || (upper !== null && upper <= truth.lower);
        }
      },
      10,
    );
    expect(erred).toBeLessThanOrEqual(ALPHA);
  });

  it('the sample ratio', () => {
    const erred = share(
      STREAMS,
      function* (random) {
        for (let n = 1, c = 0; n <= 400; n++) {
          if (random() < 0.1) c++;
          yield lnSampleRatioEvidence([c, n - c], [0.1, 0.9]) >= LIMIT;
        }
      },
      6,
    );
    expect(erred).toBeLessThanOrEqual(ALPHA);
  });

  it.each([
    ['harm', 'above', 0, 0.01, 0.01],
    ['harm, where a fifth fails both', 'above', 0.2, 0.005, 0.01],
    ['safety', 'below', 0, 0.01, 0.01],
    ['safety, where a fifth fails both', 'below', 0.2, 0, 0.01],
    ['safety, where many fail apart', 'below', 0.1, 0.2, 0.05],
  ] as const)('pairs exactly at the margin: %s', (_name, side, both, onlyPrimary, margin) => {
    const onlyCandidate = onlyPrimary + margin;
    const erred = share(
      STREAMS,
      function* (random) {
        const pairs = { onlyCandidate: 0, onlyPrimary: 0, both: 0, pairs: 0 };
        for (let n = 1; n <= 300; n++) {
          pairs.pairs++;
          const draw = random();
          if (draw < both) pairs.both++;
          else if (draw < both + onlyPrimary) pairs.onlyPrimary++;
          else if (draw < both + onlyPrimary + onlyCandidate) pairs.onlyCandidate++;
          yield lnPairedEvidence(pairs, margin, side) >= LIMIT;
        }
      },
      7,
    );
    expect(erred).toBeLessThanOrEqual(ALPHA);
  });

  it('the stability index: the true one stays inside its bounds', () => {
    const profile = { a: 5e11, b: 3e11, c: 2e11 };
    const bins = ['a', 'b', 'c'] as const;
    // The same bound, quick to compute: the index is above 0 when a bin's own sequence leaves its share out.
    const limit = log(bins.length / ALPHA);
    const excluded = (seen: Record<string, number>, n: number): boolean =>
      bins.some(
        (bin) => lnEvidenceAgainst({ successes: seen[bin] ?? 0, trials: n }, profile[bin] / 1e12) >= limit,
      );
    let checked = 0;
    const erred = share(
      STREAMS,
      function* (random) {
        const seen: Record<string, number> = { a: 0, b: 0, c: 0 };
        for (let n = 1; n <= 300; n++) {
          const draw = random();
          const bin = draw < 0.5 ? 'a' : draw < 0.8 ? 'b' : 'c';
          seen[bin] = (seen[bin] ?? 0) + 1;
          const out = excluded(seen, n);
          if (out || n === 300) {
            checked++;
            // The profile's shares are smoothed by half a value in a million million.
            expect(stabilityInterval(seen, profile, ALPHA, true).lower > 0).toBe(out);
          }
          yield out;
        }
      },
      8,
    );
    expect(checked).toBeGreaterThanOrEqual(STREAMS);
    expect(erred).toBeLessThanOrEqual(ALPHA);
  });
});

/** Welford's step in place. */
function addTo(moments: { n: number; mean: number; m2: number }, value: number): void {
  const before = value - moments.mean;
  moments.n++;
  moments.mean += before / moments.n;
  moments.m2 += before * (value - moments.mean);
}
