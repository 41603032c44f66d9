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
  /** The interval around the estimate at the gate's share of the error budget. */
  readonly interval: Interval;
  readonly counts: Readonly<Record<string, number>>;
  /** One sentence for people. */
  readonly because: string;
}
