import type { BoundedMargin } from '#libs/stats';
import type { BoundedGate } from './bounded-values.ts';

/** How far a mean may be on the worse side; of `score_delta` from 0. */
export function marginOf(gate: BoundedGate): BoundedMargin {
  if (gate.metric === 'feedback') return { worse: gate.worse, by: gate.by };
  if (gate.metric === 'score_delta') return { worse: 'higher', by: gate.max };
  if ('worse' in gate.margin) return gate.margin;
  return 'ratio' in gate.margin
    ? { worse: 'higher', ratio: gate.margin.ratio }
    : { worse: 'higher', by: gate.margin.increase };
}
