/** What one probe of one address has found. `silent`: no answer in time, or no connection. */
export type Finding = 'well' | 'not ready' | 'silent';

/** What is known of one address by probes. */
export interface ProbeState {
  readonly isOut: boolean;
  /** Probes in a row that say the other thing. */
  readonly against: number;
  /** What the last probe has found. */
  readonly last: Finding;
}

export const UNPROBED: ProbeState = { isOut: false, against: 0, last: 'well' };

export interface Thresholds {
  /** Probes in a row that must fail before an address is left out. */
  readonly failures: number;
  /** Probes in a row that must succeed before it is asked again. */
  readonly successes: number;
}

/**
 * What a probe makes of an address, as Envoy's and HAProxy's health checks do: so many in a row change what is known. Pure.
 * @param isHeard callers had answers from it while the probe waited: a silence is none then, as of a busy server
 */
export function afterProbe(
  state: ProbeState,
  found: Finding,
  { failures, successes }: Thresholds,
  isHeard = false,
): ProbeState {
  const last = found === 'silent' && isHeard ? 'well' : found;
  const saysOut = last !== 'well';
  if (saysOut === state.isOut) return { isOut: state.isOut, against: 0, last };
  const against = state.against + 1;
  return against < (saysOut ? failures : successes)
    ? { isOut: state.isOut, against, last }
    : { isOut: saysOut, against: 0, last };
}

/** With fewer addresses in than this share of them, probes say nothing: callers go to all (Envoy's panic threshold). */
const PANIC_BELOW = 0.5;

/** Which addresses are left out. None where too few would be left, so never the last one. Pure. */
export function leftOut<K>(states: ReadonlyMap<K, ProbeState>): ReadonlySet<K> {
  const out = [...states].filter(([, { isOut }]) => isOut).map(([key]) => key);
  return states.size - out.length < states.size * PANIC_BELOW ? new Set() : new Set(out);
}
