import { needed, numbers } from '../rates/rate-words.ts';
import { mergeMoments, varianceOf, type Moments } from './moments.ts';
import { lnOverStrata } from '../strata.ts';
import { short } from '../text.ts';
import { noData, type Budget, type Judgement } from '../verdict.ts';

/** The approximation by a normal distribution is not trusted below this many values on an arm. */
export const FEWEST_FOR_A_MEAN = 50;
/**
 * Where zeros are told apart: a mean of which so few are not 0 is that of a few events, and neither its error nor a normal distribution is
 * known. Safety asks for as many on each arm, harm on both together.
 */
export const FEWEST_NON_ZERO = 20;
/** The mixture is sharpest when an arm has about this many. */
const TUNED_FOR = 300;

export interface TwoMeans {
  readonly candidate: Moments;
  readonly primary: Moments;
}

/** One stretch of traffic after the other; see `Strata`. */
export interface MeanStrata {
  readonly harm: readonly TwoMeans[];
  readonly safety: readonly TwoMeans[];
  readonly most: { readonly harm: number; readonly safety: number };
}

/** How far the candidate's mean may be from the primary's on the bad side. */
export interface MeanMargin {
  readonly worse: 'higher' | 'lower';
  /** Absolute, in the metric's own unit; 0 or more. */
  readonly by: number;
  /**
   * The margin is a multiple of the primary's mean: `by` is (ratio − 1) times that mean as it was estimated, and varies with it. What is
   * compared is candidate − ratio · primary, whose variance has ratio² times that of the primary.
   */
  readonly ratio?: number;
}

/**
 * Has the candidate's mean moved beyond the margin to the bad side? The asymptotic confidence
 * sequence of Waudby-Smith, Arbour, Sinha, Kennedy, Ramdas (2021, "Time-uniform central limit theory
 * and asymptotic confidence sequences"), in the information time t = 1/Var(difference), as a mixture
 * e-value: ln E(d) = −½ ln(1+tτ²) + τ²t²(D−d)² / (2(1+tτ²)), D the observed difference. Its level is
 * approximate; no verdict below `FEWEST_FOR_A_MEAN` values on each arm.
 */
export function judgeMeans(strata: MeanStrata, margin: MeanMargin, budget: Budget): Judgement {
  const sign = margin.worse === 'higher' ? 1 : -1;
  const candidate = mergeMoments(strata.harm.map((s) => s.candidate));
  const primary = mergeMoments(strata.harm.map((s) => s.primary));
  const counts = { candidate: Math.round(candidate.n), primary: Math.round(primary.n) };
  if (candidate.n === 0 || primary.n === 0)
    return noData(`no values of the ${candidate.n === 0 ? 'candidate' : 'primary'} yet`, counts);
  const limits = { harm: Math.log(1 / budget.harm), safety: Math.log(1 / budget.safety) };
  // Worse is always positive from here on.
  const harmAt = (d: number): number =>
    lnOverStrata(
      strata.harm.map((s) => lnMeanEvidence(s, sign, d, margin.by, 'above', margin.ratio)),
      strata.most.harm,
    );
  const safetyAt = (d: number): number =>
    lnOverStrata(
      strata.safety.map((s) => lnMeanEvidence(s, sign, d, margin.by, 'below', margin.ratio)),
      strata.most.safety,
    );
  const now = [...strata.harm].reverse().find((s) => s.candidate.n > 0 && s.primary.n > 0);
  const difference = now ? now.candidate.mean - now.primary.mean : candidate.mean - primary.mean;
  const harm = harmAt(margin.by);
  const safety = safetyAt(margin.by);
  const scale =
    Math.sqrt(varianceOf(candidate) / candidate.n + varianceOf(primary) / primary.n) || margin.by || 1;
  const low = reach(sign * difference, -scale, (d) => harmAt(d) >= limits.harm);
  const high = reach(sign * difference, scale, (d) => safetyAt(d) >= limits.safety);
  const interval = sign === 1 ? { lower: low, upper: high } : { lower: negative(high), upper: negative(low) };
  const [c, p] = [candidate.nonZero ?? Infinity, primary.nonZero ?? Infinity];
  const isFail = harm >= limits.harm && c + p >= FEWEST_NON_ZERO;
  const isPass = safety >= limits.safety && Math.min(c, p) >= FEWEST_NON_ZERO;
  const verdict = isFail ? 'fail' : isPass ? 'pass' : 'undecided';
  const isSparse = verdict === 'undecided' && Math.min(c, p) < FEWEST_NON_ZERO;
  const few = Math.min(candidate.n, primary.n) < FEWEST_FOR_A_MEAN;
  const shown = `${short(candidate.mean)} on ${counts.candidate} against ${short(primary.mean)} on ${counts.primary}`;
  const range = `the difference lies between ${side(interval.lower)} and ${side(interval.upper)}`;
  const allowed = `${short(margin.by)} ${margin.worse} is allowed`;
  return {
    verdict,
    estimate: difference,
    margin: sign * margin.by,
    interval,
    counts,
    evidence: numbers(harm, safety, limits),
    because: `${shown}: ${few ? `at least ${FEWEST_FOR_A_MEAN} on each arm are needed` : `${range}; ${allowed}`}${isSparse ? `; ${Math.round(c)} and ${Math.round(p)} are not 0, and safety needs ${FEWEST_NON_ZERO} on each arm` : ''}`,
    requestsNeeded:
      verdict !== 'undecided'
        ? null
        : few
          ? Math.max(1, Math.ceil(FEWEST_FOR_A_MEAN - candidate.n))
          : needed(candidate.n, [
              [harm, limits.harm],
              [safety, limits.safety],
            ]),
  };
}

/** Evidence against "the difference is at most `d`" (`above`), or "at least" (`below`). */
export function lnMeanEvidence(
  { candidate, primary }: TwoMeans,
  sign: number,
  d: number,
  margin: number,
  side: 'above' | 'below',
  ratio = 1,
): number {
  if (Math.min(candidate.n, primary.n) < FEWEST_FOR_A_MEAN) return 0;
  const difference = sign * (candidate.mean - primary.mean);
  // Values that were all the same so far are no proof that they always will be.
  const floor = (margin / 4) ** 2;
  const perValue = [candidate, primary].map((m) => Math.max(varianceOf(m), floor));
  const variance = (perValue[0] ?? 0) / candidate.n + (ratio ** 2 * (perValue[1] ?? 0)) / primary.n;
  if (!(variance > 0)) return 0;
  const t = 1 / variance;
  const tuned = ((perValue[0] ?? 0) + (perValue[1] ?? 0) * Math.min(1, candidate.n / primary.n)) / TUNED_FOR;
  // On the hypothesis' own side of the edge the nearest hypothesis is the observed difference itself.
  const beyond = side === 'above' ? Math.max(0, difference - d) : Math.max(0, d - difference);
  return lnNormalMixture(t, beyond, tuned > 0 ? 4 * tuned : variance);
}

/** The two-sided normal mixture of Robbins (1970) at information `t`, for a drift of variance `tau2`. */
export function lnNormalMixture(t: number, distance: number, tau2: number): number {
  const growth = 1 + t * tau2;
  return -Math.log(growth) / 2 + (tau2 * (t * distance) ** 2) / (2 * growth);
}

const REACH = 24;

/** The value nearest to `from` in steps of `scale` that is rejected; `null` when none is within reach. */
function reach(from: number, scale: number, rejected: (d: number) => boolean): number | null {
  let inside = 0;
  let outside = 1;
  while (!rejected(from + scale * outside)) {
    inside = outside;
    outside *= 2;
    if (outside > 2 ** REACH) return null;
  }
  for (let i = 0; i < 10; i++) {
    const middle = (inside + outside) / 2;
    if (rejected(from + scale * middle)) outside = middle;
    else inside = middle;
  }
  return from + scale * outside;
}

const negative = (x: number | null): number | null => (x === null ? null : -x);
const side = (x: number | null): string => (x === null ? 'unknown' : short(x));
