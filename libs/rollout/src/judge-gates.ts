import { assertNever, formatDuration } from '#libs/kernel';
import { judgeQuantileIncrease, judgeRateIncrease, judgeRateMinimum, type Judgement } from '#libs/stats';
import {
  comparedIn,
  NO_STEP_EVIDENCE,
  type Compared,
  type Evidence,
  type SourceReading,
} from './evidence.ts';
import {
  isSourceGate,
  type EvidenceGate,
  type Gate,
  type JudgedStepKind,
  type Policy,
  type SourceGate,
} from './policy.ts';

/** What one gate says in one step, as it is stored and shown. */
export interface GateVerdict extends Judgement {
  /** The gate's name. */
  readonly gate: string;
  /** Gates per segment come later; `null` is everybody. */
  readonly segment: null;
  readonly margin: number | null;
  /** Shown, never acted on. */
  readonly dryRun: boolean;
}

const QUANTILES = { latency_p50: 0.5, latency_p95: 0.95, latency_p99: 0.99 } as const;

/**
 * The share of the error budget that one gate may spend in one step: alpha over every (gate, step)
 * pair that the policy judges. By the union bound the whole rollout then errs at most with alpha,
 * however often it is looked at. Metric sources judge by their own rule and spend nothing; nor does
 * a gate that is never acted on.
 */
export function alphaPerVerdict(policy: Policy): number {
  const pairs = policy.gates
    .filter((gate) => !gate.dryRun && !isSourceGate(gate))
    .flatMap((gate) => policy.steps.filter((step) => gate.in.includes(step.kind as JudgedStepKind)));
  return policy.alpha / Math.max(1, pairs.length);
}

/**
 * Judges every gate of a step on that step's own evidence (its stratum).
 * @param stepIndex a step that sends traffic
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
  const { sources } = evidence[stepIndex] ?? NO_STEP_EVIDENCE;
  return policy.gates
    .filter((gate) => gate.in.includes(step.kind as JudgedStepKind))
    .map((gate) => {
      const verdict = isSourceGate(gate)
        ? judgeSource(gate, sources[gate.name])
        : judgeEvidence(gate, compared, alpha);
      return withinStartPeriod(gate, verdict, elapsedMs);
    });
}

/** Holds back a `fail` that comes too early in the step to be acted on. */
function withinStartPeriod(gate: Gate, verdict: GateVerdict, elapsedMs: number): GateVerdict {
  if (verdict.verdict !== 'fail' || elapsedMs >= gate.startPeriodMs) return verdict;
  const because = `${verdict.because}; not acted on in the first ${formatDuration(gate.startPeriodMs)} of a step`;
  return { ...verdict, verdict: 'undecided', because };
}

function judgeEvidence(gate: EvidenceGate, { trial, baseline }: Compared, alpha: number): GateVerdict {
  const common = { gate: gate.name, segment: null, dryRun: gate.dryRun } as const;
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
    case 'latency_p50':
    case 'latency_p95':
    case 'latency_p99': {
      const margin = 'ratio' in gate.margin ? gate.margin.ratio : gate.margin.increase;
      return {
        ...common,
        margin,
        ...judgeQuantileIncrease(trial.latency, baseline.latency, QUANTILES[gate.metric], gate.margin, alpha),
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

/** A source's own word; an error is neither a pass nor a fail, and leaves the last answer undecided. */
function judgeSource(gate: SourceGate, reading: SourceReading | undefined): GateVerdict {
  const common = { gate: gate.name, segment: null, dryRun: gate.dryRun, margin: null } as const;
  const interval = { lower: null, upper: null };
  if (!reading || reading.outcome === null) {
    const because =
      reading && reading.consecutiveErrors > 0
        ? `the source has not answered yet: ${reading.because}`
        : 'the source has not been asked yet';
    return { ...common, verdict: 'no_data', estimate: null, interval, counts: {}, because };
  }
  const { outcome, consecutiveErrors, consecutiveFailures } = reading;
  const counts = { consecutiveFailures, consecutiveErrors };
  const base = { ...common, estimate: reading.value, interval, counts };
  if (consecutiveErrors > 0)
    return {
      ...base,
      verdict: 'undecided',
      because: `the source did not answer ${consecutiveErrors} times in a row: ${reading.because}`,
    };
  if (outcome === 'fail' && consecutiveFailures < gate.consecutiveFailures)
    return {
      ...base,
      verdict: 'undecided',
      because: `${reading.because}; ${consecutiveFailures} of the ${gate.consecutiveFailures} bad readings in a row that fail it`,
    };
  return { ...base, verdict: outcome, because: reading.because };
}
