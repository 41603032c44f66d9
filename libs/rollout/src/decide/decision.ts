import type { GateVerdict } from '../judge/judge-gates.ts';

/** What to do next: data, with its reasons and the verdicts behind it. */
export type Decision = { readonly because: string; readonly verdicts: readonly GateVerdict[] } & (
  | { readonly kind: 'hold' }
  /** Go to this step; an index past the last step ends the rollout as succeeded. */
  | { readonly kind: 'advance'; readonly toStep: number }
  | { readonly kind: 'promote' }
  | { readonly kind: 'rollback' }
  /** `fault`: what is wrong with the evidence itself, by `faultOf`; left out when it is paused for something else. */
  | { readonly kind: 'pause'; readonly fault?: string }
);

export function hold(because: string, verdicts: readonly GateVerdict[] = []): Decision {
  return { kind: 'hold', because, verdicts };
}
