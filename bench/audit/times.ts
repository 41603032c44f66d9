import {
  besideExceedances,
  judgeQuantileIncrease,
  quantileEffect,
  sharedByExceedances,
  type TimedArm,
  unitEffectApart,
} from '#libs/stats';
import { type ArmLog, type Look, play, TIMES } from '../../libs/stats/src/worlds.fixture.ts';
import { BOUND, LIMITS } from './rate-rules.ts';
import { HEAD, row } from './wilson.ts';

const [Q, REQUESTS, MARGIN, HARM] = [0.95, 5_000, 1.25, 1.5];
const BUDGET = { harm: BOUND.rollback, safety: BOUND.pass };
const WORLDS = [
  'independent',
  'one slow unit with 30 % of the traffic',
  'own pauses of 2 s each 40 s',
  'load that both share',
] as const;

const timed = (arm: ArmLog): TimedArm => ({ sketch: arm.sketch, blocks: arm.timeBlocks });
const decided = (verdict: string): ReturnType<Look> =>
  verdict === 'fail' || verdict === 'pass' ? verdict : 'undecided';
const byRanks = ([c, p]: readonly [TimedArm, TimedArm], budget: typeof BUDGET) =>
  judgeQuantileIncrease(
    c.sketch,
    p.sketch,
    Q,
    { ratio: MARGIN },
    budget,
    Math.max(quantileEffect([c, p], Q), unitEffectApart(c, p, Q, { ratio: MARGIN })),
  );

/** One who knows the distribution: Wald's SPRT of how often the candidate takes longer than the margin's quantile. Log-normal, median 20 ms, σ 0.3. */
const [LONG, ALIKE, AT_MARGIN, HARMED] = [20 * Math.exp(0.3 * 1.6449) * MARGIN, 0.0085, 0.05, 0.1498];
function longer({ sketch }: TimedArm): number {
  const limit = Math.ceil(Math.log(LONG) / Math.log(1.01 / 0.99));
  return Object.entries(sketch.buckets).reduce(
    (sum, [bucket, n]) => sum + (Number(bucket) > limit ? n : 0),
    0,
  );
}

const RULES: Readonly<Record<string, Look>> = {
  Understudy({ candidate, primary }) {
    const [c, p] = [timed(candidate), timed(primary)];
    const { exceedances, ranks } = sharedByExceedances(BUDGET);
    const asked = { q: Q, margin: { ratio: MARGIN }, ratio: 1 };
    return decided(besideExceedances(byRanks([c, p], ranks), c, p, asked, exceedances).verdict);
  },
  'ranks alone': ({ candidate, primary }) =>
    decided(byRanks([timed(candidate), timed(primary)], BUDGET).verdict),
  'SPRT oracle'({ candidate }) {
    const over = longer(timed(candidate));
    const ln = (rate: number): number =>
      over * Math.log(rate) + (candidate.count - over) * Math.log(1 - rate);
    if (ln(HARMED) - ln(AT_MARGIN) >= LIMITS.harm) return 'fail';
    return ln(ALIKE) - ln(AT_MARGIN) >= LIMITS.safety ? 'pass' : 'undecided';
  },
};

/** Latency p95 with a margin of 1.25 times: a candidate as fast, one at the margin, and one 1.5 times as slow. */
export function times(streams: number, say: (line: string) => void): void {
  for (const name of WORLDS) {
    say(`\nlatency p95, ${name}; harm: ${HARM} times as slow (${REQUESTS} requests)\n\n${HEAD}`);
    const way = { streams, requests: REQUESTS, every: REQUESTS / 50, counts: 'times' as const };
    for (const [rule, look] of Object.entries(RULES)) {
      if (rule === 'SPRT oracle' && name !== 'independent') continue;
      const [good, margin, bad] = [1, MARGIN, HARM].map((slower, i) =>
        play(TIMES[name], slower, look, { ...way, seed: 87 + i }),
      ) as [Ends, Ends, Ends];
      say(
        row(rule, streams, {
          ...{ lost: good.fail, promoted: good.pass, passed: margin.pass },
          ...{ found: bad.fail, after: bad.requests },
        }),
      );
      say(`| (alike passes after) | ${good.requests ?? '-'} | | | | |`);
    }
  }
}
type Ends = ReturnType<typeof play>;
