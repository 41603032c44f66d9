import { assertNever, formatDuration } from '#libs/kernel';
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

/**
 * Judges every gate of a step on that step's own evidence (its stratum).
 * @param elapsedMs how long the step's clock has run; 0 before it starts
 */
export function judgeGates(
  policy: Policy,
  stepIndex: number,
  evidence: Evidence,
  elapsedMs: number,
): readonly GateVerdict[] {
  const step = policy.steps[stepIndex];
  if (!step) return [];
  const alpha = alphaPerVerdict(policy);
  const compared = comparedIn(policy, stepIndex, evidence);
  return policy.gates
    .filter((gate) => gate.in.includes(step.kind))
    .map((gate) => withinStartPeriod(gate, judgeGate(gate, compared, alpha), elapsedMs));
}

/** Holds back a `fail` that comes too early in the step to be acted on. */
function withinStartPeriod(gate: Gate, verdict: GateVerdict, elapsedMs: number): GateVerdict {
  if (verdict.verdict !== 'fail' || elapsedMs >= gate.startPeriodMs) return verdict;
  const because = `${verdict.because}; not acted on in the first ${formatDuration(gate.startPeriodMs)} of a step`;
  return { ...verdict, verdict: 'undecided', because };
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
