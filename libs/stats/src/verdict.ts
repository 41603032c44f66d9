/** What a gate says. `undecided` and `no_data` never pass and never fail anything by themselves. */
export type VerdictKind = 'pass' | 'fail' | 'undecided' | 'no_data';

/** A closed interval; an end is `null` when the data say nothing about it yet. */
export interface Interval {
  readonly lower: number | null;
  readonly upper: number | null;
}

/** A judgement with the numbers that a person needs to agree with it. */
export interface Judgement {
  readonly verdict: VerdictKind;
  /** The point estimate that the margin is compared with (a difference, a ratio or a rate), if any. */
  readonly estimate: number | null;
  /** What the estimate is compared with, where that is another number than the gate's own: below 0 where less is worse, and absolute where a multiple was asked for. */
  readonly margin?: number | null;
  /** The interval around the estimate at the gate's share of the error budget. */
  readonly interval: Interval;
  readonly counts: Readonly<Record<string, number>>;
  /** One sentence for people. */
  readonly because: string;
  /** The evidence for harm and for safety, where the method gives it. */
  readonly evidence?: EvidenceNumbers;
  /** Of evidence that is not sound: which of several things that can be wrong with it. */
  readonly fault?: string;
  /** Requests of the version under trial until this is decided, if it goes on as so far; `null`: cannot be said. */
  readonly requestsNeeded?: number | null;
}

/** E-values by their logarithm to base 10 (2: a hundred to one), and what each must reach. */
export interface EvidenceNumbers {
  readonly harm: number;
  readonly harmNeeded: number;
  readonly safety: number;
  readonly safetyNeeded: number;
}

/** What a gate may spend of the rollout's error budget. */
export interface Budget {
  /** How likely a candidate within the margin may ever be failed by this gate. */
  readonly harm: number;
  /** How likely a candidate at or beyond the margin may ever be passed by it. */
  readonly safety: number;
}

/** A judgement before there is anything to judge. */
export function noData(because: string, counts: Judgement['counts']): Judgement {
  return { verdict: 'no_data', estimate: null, interval: { lower: null, upper: null }, counts, because };
}
