import type { Policy } from './policy.ts';

/** What a policy has read beside the evidence of its own model. */
export interface PolicyReads {
  /** Models whose feedback it looks at. */
  readonly models: readonly string[];
  /** PromQL. */
  readonly queries: readonly string[];
  readonly urls: readonly string[];
}

/** All that the gates of a policy have read from elsewhere. */
export function readsOf({ gates }: Policy): PolicyReads {
  return {
    models: gates.flatMap((gate) => (gate.metric === 'feedback' && gate.model !== null ? [gate.model] : [])),
    queries: gates.flatMap((gate) => (gate.metric === 'prometheus' ? [gate.query] : [])),
    urls: gates.flatMap((gate) => (gate.metric === 'http' ? [gate.url] : [])),
  };
}
