import {
  fewestUnits,
  independentRates,
  isSlice,
  lnDifferenceEvidence,
  lnNormalMixture,
  meanEffect,
  type Rate,
} from '#libs/stats';
import { RATES } from '../libs/stats/src/rate-worlds.fixture.ts';
import { type ArmLog, type Arms, type Look, play } from '../libs/stats/src/worlds.fixture.ts';

/**
 * `npm run bench -- audit [streams]`: rates in worlds where requests go together (rows 8 and 9 of the audit), judged as the gate does and by peers
 * that take every request for independent. Margin 1 point at 50 %; half of the units on each arm, looks every 200 requests.
 */
const STREAMS = Number(process.argv[3] ?? 60);
const BOUND = { rollback: 0.018, pass: 0.05 };
const MARGIN = 0.01;
const LIMITS = { harm: Math.log(1 / BOUND.rollback), safety: Math.log(1 / BOUND.pass) };
const say = (line: string): void => void process.stdout.write(`${line}\n`);

const rateOf = ({ sum, count }: ArmLog): Rate => ({ successes: sum, trials: count });
const kept = (arm: ArmLog) => {
  const share = arm.sum / arm.count;
  return { blocks: arm.sumBlocks, variance: share * (1 - share) };
};
const countsOf = (arm: ArmLog) => {
  const groups = Object.entries(arm.sumBlocks).filter(([name]) => !isSlice(name));
  const by = (key: 'n' | 'sum') =>
    Object.fromEntries(groups.map(([name, one]) => [name.slice(1), one[key] ?? 0]));
  return { rate: rateOf(arm), requests: by('n'), bad: by('sum') };
};

/** `error_rate`: units by groups, what comes together by slices of time, and enough distinct units for a proof of safety. */
const understudy: Look = ({ candidate, primary }) => {
  const inTime = meanEffect([candidate, primary].map(kept), 'time');
  const { harm, safety } = independentRates(countsOf(candidate), countsOf(primary), inTime);
  if (lnDifferenceEvidence({ ...harm, ratio: 1 }, MARGIN, 'above') >= LIMITS.harm) return 'fail';
  if (candidate.units.size < fewestUnits(MARGIN)) return 'undecided';
  return lnDifferenceEvidence({ ...safety, ratio: 1 }, MARGIN, 'below') >= LIMITS.safety
    ? 'pass'
    : 'undecided';
};

const difference = ({ candidate, primary }: Arms) => {
  const [c, p] = [candidate, primary].map(({ sum, count }) => ({ share: sum / count, count }));
  const variance = [c, p].reduce((all, one) => {
    const share = ((one?.share ?? 0) * (one?.count ?? 1) + 0.5) / ((one?.count ?? 1) + 1);
    return all + (share * (1 - share)) / (one?.count ?? 1);
  }, 0);
  return { by: (c?.share ?? 0) - (p?.share ?? 0), variance };
};
/** One-sided z-tests at 1.8 % and 5 %, at every look. */
const zTest: Look = (arms) => {
  const { by, variance } = difference(arms);
  const z = (by - MARGIN) / Math.sqrt(variance);
  return z > 2.097 ? 'fail' : z < -1.645 ? 'pass' : 'undecided';
};
/** The mixture SPRT (Johari, Pekelis, Walsh 2015), normal mixture tuned to differences of 2 points. */
const mixture: Look = (arms) => {
  const { by, variance } = difference(arms);
  const ln = lnNormalMixture(1 / variance, Math.abs(by - MARGIN), 0.02 ** 2);
  if (by > MARGIN) return ln >= LIMITS.harm ? 'fail' : 'undecided';
  return ln >= LIMITS.safety ? 'pass' : 'undecided';
};
const REQUESTS = 4_000;
/** Group-sequential, O'Brien–Fleming boundaries for the twenty looks: z at the end over the root of the share of the requests so far. */
const groupSequential: Look = (arms) => {
  const { by, variance } = difference(arms);
  const so = (arms.candidate.count + arms.primary.count) / REQUESTS;
  const z = (by - MARGIN) / Math.sqrt(variance);
  return z > 2.16 / Math.sqrt(so) ? 'fail' : z < -1.76 / Math.sqrt(so) ? 'pass' : 'undecided';
};

const RULES: Readonly<Record<string, Look>> = {
  Understudy: understudy,
  'z-test': zTest,
  mSPRT: mixture,
  "O'Brien-Fleming": groupSequential,
};

/** The interval of a share at 95 % (Wilson 1927), in per cent. */
function wilson(share: number): string {
  const z2 = 1.96 ** 2;
  const middle = (share + z2 / (2 * STREAMS)) / (1 + z2 / STREAMS);
  const half =
    (1.96 / (1 + z2 / STREAMS)) * Math.sqrt((share * (1 - share)) / STREAMS + z2 / (4 * STREAMS ** 2));
  const percent = (x: number): string => (100 * Math.max(0, x)).toFixed(1);
  return `${percent(share)} % (${percent(middle - half)} to ${percent(middle + half)})`;
}

say(
  `${STREAMS} streams of ${REQUESTS} requests; a good candidate rolled back, one at the margin passed, one 10 points worse found\n`,
);
for (const [world, make] of Object.entries(RATES)) {
  say(world);
  for (const [name, look] of Object.entries(RULES)) {
    const way = { streams: STREAMS, requests: REQUESTS, every: 200, counts: 'rates' as const };
    const good = play(make, 0, look, { ...way, seed: 81 });
    const margin = play(make, MARGIN, look, { ...way, seed: 82 });
    const bad = play(make, 0.1, look, { ...way, seed: 83 });
    say(
      `  ${name.padEnd(16)} rolled back ${wilson(good.fail)}, promoted ${(100 * good.pass).toFixed(0)} %; passed ${wilson(margin.pass)}; found ${(100 * bad.fail).toFixed(0)} %, after ${bad.requests ?? '-'} requests`,
    );
  }
}
