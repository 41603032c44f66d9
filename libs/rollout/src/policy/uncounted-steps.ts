import { isJudgedIn } from '../budget/error-budget.ts';
import { speaksIn } from '../budget/comparable.ts';
import type { NeverMet } from './never-met.ts';
import { isSourceGate } from './gates/gates.ts';
import { type Policy } from './policy.ts';
import { type Step } from './steps.ts';

type Read = Pick<Policy, 'steps' | 'gates'>;

/**
 * Is it a step whose requests nobody counts for Understudy (`minRequests: 0`)? Callers come by what sends no evidence, such as an HTTPRoute's
 * weights; metric sources have the say then.
 */
export const isUncounted = (step: Step): boolean =>
  (step.kind === 'shadow' || step.kind === 'canary') && step.minRequests === 0;

/** What a policy must say where steps count no requests, or a version would be promoted that nobody has looked at. */
export function uncountedMistakes({ steps, gates }: Read): readonly NeverMet[] {
  const found: NeverMet[] = [];
  steps.forEach((step, i) => {
    if (!isUncounted(step)) return;
    const path = ['steps', i, step.kind];
    if (!gates.some((gate) => isSourceGate(gate) && !gate.dryRun && isJudgedIn(gate, step)))
      found.push({
        path: [...path, 'minRequests'],
        detail: `0 is for steps whose requests are counted elsewhere: a gate of a source (prometheus or http) must speak in them, with ${step.kind} in its "in"`,
      });
    if ('minDurationMs' in step && step.minDurationMs === 0)
      found.push({
        path: [...path, 'minDuration'],
        detail: 'needed where minRequests is 0: a source that is asked at once has seen nothing of the step',
      });
  });
  gates.forEach((gate, i) => {
    if (isSourceGate(gate) || gate.dryRun) return;
    const speaks = speaksIn({ steps }, gate).map((at) => steps[at]);
    if (speaks.length > 0 && speaks.every((step) => step !== undefined && isUncounted(step)))
      found.push({
        path: ['gates', i],
        detail: `${gate.metric} is judged by requests that gateways count, and in none of its steps are any counted (minRequests: 0): use a gate of a source, or let a step count`,
      });
  });
  return found;
}
