import {
  addValue,
  judgeBoundedMeans,
  judgeMeans,
  lnNormalMixture,
  type Moments,
  NO_MOMENTS,
  pointsAround,
  varianceOf,
} from '#libs/stats';
import { seededRandom } from '../../libs/stats/src/seeded-random.fixture.ts';
import { normal } from '../../libs/stats/src/worlds.fixture.ts';
import { BOUND, LIMITS } from './rate-rules.ts';
import { HEAD, median, row } from './wilson.ts';

type Word = 'fail' | 'pass' | 'undecided';
interface Arm {
  moments: Moments;
  nonZero: number;
  readonly points: Record<string, number>;
}
type Rule = (candidate: Arm, primary: Arm, so: number) => Word;

/** A purchase now and then, of a log-normal worth. */
const BUYS = 0.05;
const MEDIAN = 20;
const CUT_OFF = 200;
const REQUESTS = 30_000;
const LOOKS = 20;
/** The mean of what is bought, cut off: by simulation of a million values. */
const WORTH = meanWorth();
/** A third less is allowed, of all answers. */
const MARGIN = (BUYS * WORTH) / 3;

const worthOf = (random: () => number): number => Math.min(CUT_OFF, MEDIAN * Math.exp(normal(random)));
function meanWorth(): number {
  const random = seededRandom(7);
  let sum = 0;
  for (let i = 0; i < 1e6; i++) sum += Math.min(200, 20 * Math.exp(normal(random)));
  return sum / 1e6;
}

const budget = { harm: BOUND.rollback, safety: BOUND.pass };
const most = { harm: 1, safety: 1 };
const decided = (verdict: string): Word =>
  verdict === 'fail' || verdict === 'pass' ? (verdict as Word) : 'undecided';
/** How much less the candidate has, beyond the margin, and the variance of that. */
const difference = (c: Arm, p: Arm) => ({
  beyond: p.moments.mean - c.moments.mean - MARGIN,
  variance: varianceOf(c.moments) / c.moments.n + varianceOf(p.moments) / p.moments.n,
});

const RULES: Readonly<Record<string, Rule>> = {
  'Understudy, no bound'(c, p) {
    const one = [
      {
        candidate: { ...c.moments, nonZero: c.nonZero },
        primary: { ...p.moments, nonZero: p.nonZero },
      },
    ];
    return decided(
      judgeMeans({ harm: one, safety: one, most }, { worse: 'lower', by: MARGIN }, budget).verdict,
    );
  },
  'Understudy, range 0 to 200'(c, p) {
    const one = [{ candidate: c.points, primary: p.points, ratio: 1, effect: 1 }];
    const strata = { harm: one, safety: one, most };
    const margin = { worse: 'lower', by: MARGIN } as const;
    return decided(judgeBoundedMeans(strata, { from: 0, to: CUT_OFF }, margin, budget, 'worth').verdict);
  },
  'z-test'(c, p) {
    const { beyond, variance } = difference(c, p);
    const z = beyond / Math.sqrt(variance);
    return z > 2.097 ? 'fail' : z < -1.645 ? 'pass' : 'undecided';
  },
  mSPRT(c, p) {
    const { beyond, variance } = difference(c, p);
    const ln = lnNormalMixture(1 / variance, Math.abs(beyond), (2 * MARGIN) ** 2);
    if (beyond > 0) return ln >= LIMITS.harm ? 'fail' : 'undecided';
    return ln >= LIMITS.safety ? 'pass' : 'undecided';
  },
  "O'Brien-Fleming"(c, p, so) {
    const { beyond, variance } = difference(c, p);
    const z = beyond / Math.sqrt(variance);
    return z > 2.16 / Math.sqrt(so) ? 'fail' : z < -1.76 / Math.sqrt(so) ? 'pass' : 'undecided';
  },
};

/** Row 13: the mean of what is bought, by few. A candidate that sells as much, a third less (the margin), and next to nothing. */
export function means(streams: number, say: (line: string) => void): void {
  say(
    `\n13: purchases by ${100 * BUYS} %, log-normal, up to ${CUT_OFF} each; harm: a fifth is sold (${REQUESTS} requests)\n\n${HEAD}`,
  );
  const [good, margin, bad] = [1, 2 / 3, 0.2].map((sells, i) => play(sells, streams, 95 + i));
  for (const rule of Object.keys(RULES)) {
    const ended = (ends: readonly Ends[] | undefined, word: Word): readonly number[] =>
      (ends ?? []).flatMap((one) => (one[rule]?.word === word ? [one[rule].at] : []));
    const share = (ends: readonly Ends[] | undefined, word: Word): number =>
      ended(ends, word).length / streams;
    say(
      row(rule, streams, {
        ...{ lost: share(good, 'fail'), promoted: share(good, 'pass'), passed: share(margin, 'pass') },
        ...{ found: share(bad, 'fail'), after: median(ended(bad, 'fail')) },
      }),
    );
  }
}

type Ends = Readonly<Record<string, { readonly word: Word; readonly at: number }>>;

function play(sells: number, streams: number, seed: number): readonly Ends[] {
  const random = seededRandom(seed);
  const newArm = (): Arm => ({ moments: NO_MOMENTS, nonZero: 0, points: {} });
  return Array.from({ length: streams }, () => {
    const [candidate, primary] = [newArm(), newArm()];
    const ends: Record<string, { word: Word; at: number }> = {};
    for (let n = 1; n <= REQUESTS; n++) {
      const isCandidate = random() < 0.5;
      const arm = isCandidate ? candidate : primary;
      const value = random() < BUYS * (isCandidate ? sells : 1) ? worthOf(random) : 0;
      arm.moments = addValue(arm.moments, value);
      if (value > 0) arm.nonZero++;
      for (const [point, weight] of pointsAround(value))
        arm.points[point] = (arm.points[point] ?? 0) + weight;
      if (n % (REQUESTS / LOOKS) !== 0) continue;
      for (const [name, rule] of Object.entries(RULES)) {
        if (ends[name]) continue;
        const word = rule(candidate, primary, n / REQUESTS);
        if (word !== 'undecided') ends[name] = { word, at: n };
      }
    }
    return ends;
  });
}
