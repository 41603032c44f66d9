import { assertNever } from '#libs/kernel';
import { judgeQuantileIncrease, judgeRateIncrease, judgeRateMinimum, type Judgement } from '#libs/stats';
import { comparedIn, type Compared, type Evidence } from './evidence.ts';
import type { Gate, Policy } from './policy.ts';

/** What one gate says in one step, as it is stored and shown. */
export interface GateVerdict extends Judgement {
  readonly gate: Gate['metric'];
  /** Gates per segment come later; `null` is everybody. */
  readonly segment: null;
  readonly margin: number;
}

/**
 * The share of the error budget that one gate may spend in one step: alpha over every (gate, step)
 * pair that the policy judges. By the union bound the whole rollout then errs at most with alpha,
 * however often it is looked at.
 */
export function alphaPerVerdict(policy: Policy): number {
  const pairs = policy.gates.flatMap((gate) => policy.steps.filter((step) => gate.in.includes(step.kind)));
  return policy.alpha / Math.max(1, pairs.length);
}

/** Judges every gate of a step on that step's own evidence (its stratum). */
export function judgeGates(policy: Policy, stepIndex: number, evidence: Evidence): readonly GateVerdict[] {
  const step = policy.steps[stepIndex];
  if (!step) return [];
  const alpha = alphaPerVerdict(policy);
  const compared = comparedIn(policy, stepIndex, evidence);
  return policy.gates
    .filter((gate) => gate.in.includes(step.kind))
    .map((gate) => judgeGate(gate, compared, alpha));
}

function judgeGate(gate: Gate, { trial, baseline }: Compared, alpha: number): GateVerdict {
  const common = { gate: gate.metric, segment: null } as const;
  switch (gate.metric) {
    case 'error_rate': {
      const candidate = { successes: trial.errors, trials: trial.requests };
      const primary = { successes: baseline.errors, trials: baseline.requests };
      return {
        ...common,
        margin: gate.maxIncrease,
        ...judgeRateIncrease(candidate, primary, gate.maxIncrease, alpha),
      };
    }
    case 'latency_p95': {
      const margin = 'ratio' in gate.margin ? gate.margin.ratio : gate.margin.increase;
      return {
        ...common,
        margin,
        ...judgeQuantileIncrease(trial.latency, baseline.latency, 0.95, gate.margin, alpha),
      };
    }
    case 'agreement':
      return {
        ...common,
        margin: gate.min,
        ...judgeRateMinimum({ successes: trial.agreed, trials: trial.compared }, gate.min, alpha),
      };
    default:
      return assertNever(gate);
  }
}
