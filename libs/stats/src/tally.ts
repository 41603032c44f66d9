import { EMPTY_SKETCH, mergeSketches, type Sketch } from './sketch.ts';

/** Everything a verdict needs about one arm: sums and a sketch. Tallies merge by adding. */
export interface Tally {
  /** Requests that this arm was asked to answer (a canary request that fell back counts here, not for the primary). */
  readonly requests: number;
  /** Those that failed: no connection, a time-out, or a status of 500 and above. */
  readonly errors: number;
  /** Milliseconds until the whole answer was there, of every request. */
  readonly latency: Sketch;
  /** Shadow only: answers that could be compared with the primary's, and those that agreed. */
  readonly compared: number;
  readonly agreed: number;
  /** Shadow only: sampled requests that were dropped before they could hurt. */
  readonly dropped: number;
}

export const EMPTY_TALLY: Tally = {
  requests: 0,
  errors: 0,
  latency: EMPTY_SKETCH,
  compared: 0,
  agreed: 0,
  dropped: 0,
};

/** Adds up tallies. The order does not matter. */
export function mergeTallies(tallies: readonly Tally[]): Tally {
  const sum = (pick: (tally: Tally) => number): number =>
    tallies.reduce((total, tally) => total + pick(tally), 0);
  return {
    requests: sum((t) => t.requests),
    errors: sum((t) => t.errors),
    latency: mergeSketches(tallies.map((t) => t.latency)),
    compared: sum((t) => t.compared),
    agreed: sum((t) => t.agreed),
    dropped: sum((t) => t.dropped),
  };
}
