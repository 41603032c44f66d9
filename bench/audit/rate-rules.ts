import {
  fewestUnits,
  independentRates,
  isSlice,
  lnDifferenceEvidence,
  lnNormalMixture,
  lnSampleRatioEvidence,
  meanEffect,
  type Rate,
  unitSize,
} from '#libs/stats';
import type { ArmLog, Arms, Look } from '../../libs/stats/src/worlds.fixture.ts';

export const BOUND = { rollback: 0.018, pass: 0.05 };
export const MARGIN = 0.01;
export const LIMITS = { harm: Math.log(1 / BOUND.rollback), safety: Math.log(1 / BOUND.pass) };

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
const understudy =
  (ratio: number): Look =>
  ({ candidate, primary }) => {
    const inTime = meanEffect([candidate, primary].map(kept), 'time');
    const [own, others] = [countsOf(candidate), countsOf(primary)];
    const { harm, safety } = independentRates(own, others, inTime);
    if (lnDifferenceEvidence({ ...harm, ratio }, MARGIN, 'above') >= LIMITS.harm) return 'fail';
    if (candidate.units.size < fewestUnits(MARGIN)) return 'undecided';
    const size = unitSize(own.requests, others.requests) / safety.effect;
    return lnDifferenceEvidence({ ...safety, ratio, unitSize: size }, MARGIN, 'below') >= LIMITS.safety
      ? 'pass'
      : 'undecided';
  };

const difference = ({ candidate, primary }: Arms) => {
  const shareOf = ({ sum, count }: ArmLog): number => sum / count;
  const variance = [candidate, primary].reduce((all, { sum, count }) => {
    const share = (sum + 0.5) / (count + 1);
    return all + (share * (1 - share)) / count;
  }, 0);
  return { by: shareOf(candidate) - shareOf(primary), variance };
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
/** Group-sequential, O'Brien–Fleming boundaries for twenty looks: z at the end over the root of the share of the requests so far. */
const groupSequential =
  (requests: number): Look =>
  (arms) => {
    const { by, variance } = difference(arms);
    const so = (arms.candidate.count + arms.primary.count) / requests;
    const z = (by - MARGIN) / Math.sqrt(variance);
    return z > 2.16 / Math.sqrt(so) ? 'fail' : z < -1.76 / Math.sqrt(so) ? 'pass' : 'undecided';
  };
/**
 * Lindon & Malek (2022), "Anytime-valid inference for multinomial count data" (Netflix): the arm of each bad event is a draw by the declared shares
 * if both rates are alike; a Dirichlet mixture against that. It knows no margin, and proves nothing safe.
 */
const multinomial =
  (ratio: number): Look =>
  ({ candidate, primary }) => {
    const share = ratio / (1 + ratio);
    const isMore = candidate.sum > share * (candidate.sum + primary.sum);
    const ln = lnSampleRatioEvidence([candidate.sum, primary.sum], [share, 1 - share]);
    return isMore && ln >= LIMITS.harm ? 'fail' : 'undecided';
  };

interface Learned {
  readonly before: readonly number[];
  readonly harm: number;
  readonly safety: number;
}
/**
 * Bets that learn (Waudby-Smith & Ramdas 2024, an approximate GRAPA on blocks): what the next requests are bet on is chosen by what was seen up to the last
 * look, the excess over the margin by its variance, cut off at half of what one request may cost.
 */
const learned = (ratio: number): Look => {
  const states = new WeakMap<Arms, Learned>();
  return (arms) => {
    const { candidate: c, primary: p } = arms;
    const last = states.get(arms) ?? { before: [0, 0, 0, 0], harm: 0, safety: 0 };
    const now = [c.sum, c.count - c.sum, p.sum, p.count - p.sum];
    const [cb = 0, cg = 0, pb = 0, pg = 0] = now.map((n, i) => n - (last.before[i] ?? 0));
    const [was = 0, wasGood = 0, base = 0, baseGood = 0] = last.before;
    const q = (was + base + 0.5) / (was + base + wasGood + baseGood + 1);
    const edge = Math.min(0.98, q + MARGIN);
    const lnOf = (excess: number): number => {
      const wanted = excess / (edge * (1 - edge) + ratio * q * (1 - q));
      const worst = wanted > 0 ? Math.max(edge, ratio * (1 - q)) : Math.max(1 - edge, ratio * q);
      const stake = Math.sign(wanted) * Math.min(Math.abs(wanted), 0.5 / worst);
      const other = -ratio * stake;
      return (
        cb * Math.log1p(stake * (1 - edge)) +
        cg * Math.log1p(-stake * edge) +
        pb * Math.log1p(other * (1 - q)) +
        pg * Math.log1p(-other * q)
      );
    };
    const seen = was + wasGood > 0 && base + baseGood > 0;
    const excess = seen ? was / (was + wasGood) - base / (base + baseGood) - MARGIN : 0;
    const harm = last.harm + lnOf(Math.max(0, excess));
    const safety = last.safety + lnOf(Math.min(0, excess));
    states.set(arms, { before: now, harm, safety });
    return harm >= LIMITS.harm ? 'fail' : safety >= LIMITS.safety ? 'pass' : 'undecided';
  };
};

/** Wald's SPRT of one who knows all rates: the candidate's is the primary's, that and the margin, or 10 points more. Only where requests are independent. */
const oracle =
  (base: number): Look =>
  ({ candidate: { sum, count } }) => {
    const ln = (rate: number): number => sum * Math.log(rate) + (count - sum) * Math.log(1 - rate);
    const atMargin = ln(base + MARGIN);
    if (ln(base + 0.1) - atMargin >= LIMITS.harm) return 'fail';
    return ln(base) - atMargin >= LIMITS.safety ? 'pass' : 'undecided';
  };

/** @param share the candidate's; @param requests of a stream; @param base the primary's rate, where all else is chance */
export const rateRules = (share: number, requests: number, base?: number): Readonly<Record<string, Look>> => {
  const ratio = share / (1 - share);
  return {
    Understudy: understudy(ratio),
    'z-test': zTest,
    mSPRT: mixture,
    "O'Brien-Fleming": groupSequential(requests),
    'multinomial (Netflix)': multinomial(ratio),
    'learned bets': learned(ratio),
    ...(base !== undefined && { 'SPRT oracle': oracle(base) }),
  };
};
