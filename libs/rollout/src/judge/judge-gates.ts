import { formatDuration } from '#libs/kernel';
import type { Judgement } from '#libs/stats';
import { budgetOf, isJudgedIn, segmentBudgets } from '../budget/error-budget.ts';
import {
  comparedIn,
  everybody,
  NO_STEP_EVIDENCE,
  segmentOf,
  type Arms,
  type Evidence,
  type Profile,
} from '../evidence/evidence.ts';
import type { Case } from './gate-case.ts';
import { judgeEvidenceGate } from './judge-evidence-gate.ts';
import { judgeReadings, OUTPUT_SPEC_VERDICT } from './judge-readings.ts';
import { judgeServed, SERVED_VERDICT } from './judge-served.ts';
import { judgeSourceGate } from './judge-source-gate.ts';
import {
  isIntegrityGate,
  isRelative,
  isSourceGate,
  type EvidenceGate,
  type Gate,
} from '../policy/gates/gates.ts';
import { type Policy } from '../policy/policy.ts';
import { type Step } from '../policy/steps.ts';
import type { WinsorBounds } from './bounded/winsor-bounds.ts';
import { countedFor, leftOutFor, startPeriodOf } from '../decide/start-period.ts';

/** What one gate says in one step, as it is stored and shown. */
export interface GateVerdict extends Judgement {
  /** The gate's name. */
  readonly gate: string;
  /** The value of the gate's segment that this is about; `null` is everybody. */
  readonly segment: string | null;
  readonly margin: number | null;
  /** Shown, never acted on. */
  readonly dryRun: boolean;
  /** What a `fail` means: harm by the candidate, or evidence that cannot be trusted. */
  readonly onFail: 'rollback' | 'pause';
}

/**
 * Judges every gate of a step, whether the answers can be read at all (`judgeReadings`), and whether the candidate has served anybody
 * (`judgeServed`).
 * @param stepIndex a step that sends traffic
 * @param elapsedMs how long the step's clock has run; 0 before it starts
 * @param profile the training data of the version under trial, for gates on drift
 * @param bounds where gates that winsorise cut values off
 */
export function judgeGates(
  policy: Policy,
  stepIndex: number,
  evidence: Evidence,
  elapsedMs: number,
  profile: Profile | null = null,
  bounds: WinsorBounds | null = null,
): readonly GateVerdict[] {
  const step = policy.steps[stepIndex];
  if (!step) return [];
  const { sources } = evidence[stepIndex] ?? NO_STEP_EVIDENCE;
  const verdicts = policy.gates
    .filter((gate) => isJudgedIn(gate, step))
    .flatMap((gate): GateVerdict[] => {
      if (isSourceGate(gate)) return [named(gate, null, judgeSourceGate(gate, sources[gate.name], step))];
      const counted = countedFor(gate, policy, evidence);
      const verdicts = judgeWithSegments(gate, {
        policy,
        stepIndex,
        evidence: counted,
        profile,
        bounds,
        elapsedMs,
        pick: everybody,
      });
      const leftOut = leftOutFor(gate, policy, stepIndex, evidence);
      const isPast = step.kind === 'bake' && comparedIn(policy, stepIndex, counted).ratio === null;
      if (isPast && isRelative(gate)) return verdicts.map(againstThePast);
      return leftOut === null ? verdicts : verdicts.map((verdict) => besides(verdict, leftOut, step));
    })
    .map((verdict) => withinStartPeriod(policy, step, verdict, elapsedMs));
  return [
    ...verdicts,
    ...always(OUTPUT_SPEC_VERDICT, judgeReadings(step, stepIndex, evidence), 'pause'),
    ...always(
      SERVED_VERDICT,
      judgeServed(step, stepIndex, evidence),
      step.kind === 'bake' ? 'rollback' : 'pause',
    ),
  ];
}

/** What no policy has to ask for. */
const always = (
  gate: string,
  judgement: Judgement | null,
  onFail: GateVerdict['onFail'],
): readonly GateVerdict[] =>
  judgement === null ? [] : [{ gate, segment: null, margin: null, dryRun: false, onFail, ...judgement }];

/** A gate's verdict on everybody, and on each of its segments that has been seen. */
function judgeWithSegments(gate: EvidenceGate, on: Case): GateVerdict[] {
  const budgets = segmentBudgets(budgetOf(on.policy, gate), gate);
  const overall = named(gate, null, judgeEvidenceGate(gate, on, budgets.everybody));
  if (gate.segments === null) return [overall];
  const prefix = segmentKey(gate.name, '');
  const keys = Object.keys(on.evidence[on.stepIndex]?.segments ?? {}).filter((key) => key.startsWith(prefix));
  const segments = keys
    .sort()
    .map((key) =>
      named(
        gate,
        key.slice(prefix.length),
        judgeEvidenceGate(gate, { ...on, pick: segmentOf(key) }, budgets.each),
      ),
    );
  return [overall, ...segments];
}

/** How a gate's segment is named in evidence. */
export const segmentKey = (gate: string, value: string): string => `${gate}=${value}`;

function named(gate: Gate, segment: string | null, judgement: Judgement): GateVerdict {
  return {
    gate: gate.name,
    segment,
    dryRun: gate.dryRun,
    margin: marginOf(gate),
    onFail: isIntegrityGate(gate) ? 'pause' : 'rollback',
    ...judgement,
  };
}

/** The number that the estimate is compared with. */
function marginOf(gate: Gate): number | null {
  if ('margin' in gate) {
    const { margin } = gate;
    if ('ratio' in margin) return margin.ratio;
    return 'by' in margin ? margin.by : margin.increase;
  }
  if ('min' in gate && !isSourceGate(gate)) return gate.min;
  if (gate.metric === 'feedback') return gate.by;
  return 'max' in gate && !isSourceGate(gate) ? gate.max : null;
}

/**
 * In a bake that holds nobody back there is nobody to compare with over the same seconds: what is worse than before may be the
 * hour, or an outage that hits everybody. It is shown, and by itself it rolls nothing back. (A canary of 100 % has not been
 * promoted yet: there, taking it off costs a try.)
 */
function againstThePast(verdict: GateVerdict): GateVerdict {
  if (verdict.verdict !== 'fail') return verdict;
  const because = `${verdict.because}; compared with the time before, and with nobody now`;
  return { ...verdict, onFail: 'pause', fault: 'worse than before', because };
}

/** Tells, beside a verdict on everybody, what the start period had that the gate leaves out. */
function besides(verdict: GateVerdict, leftOut: Arms, step: Step): GateVerdict {
  if (verdict.segment !== null) return verdict;
  const { requests, errors } =
    step.kind === 'shadow' ? leftOut.shadow : step.kind === 'bake' ? leftOut.primary : leftOut.candidate;
  const because = `${verdict.because}; left out, as in the start period: ${errors} of ${requests} requests failed`;
  return {
    ...verdict,
    counts: { ...verdict.counts, startPeriodRequests: requests, startPeriodFailures: errors },
    because: verdict.verdict === 'no_data' ? because : verdict.because,
  };
}

/** Holds back a `fail` that comes too early in the step to be acted on: what sources say, and evidence of before start periods were left out. */
function withinStartPeriod(policy: Policy, step: Step, verdict: GateVerdict, elapsedMs: number): GateVerdict {
  const of = policy.gates.find((gate) => gate.name === verdict.gate);
  const startPeriodMs = of ? startPeriodOf(of, step, false) : 0;
  if (verdict.verdict !== 'fail' || elapsedMs >= startPeriodMs) return verdict;
  const because = `${verdict.because}; not acted on in the first ${formatDuration(startPeriodMs)} of a step`;
  return { ...verdict, verdict: 'undecided', because };
}

/** A verdict's gate for people: with its segment, when it is about one. */
export const gateTitle = ({ gate, segment }: Pick<GateVerdict, 'gate' | 'segment'>): string =>
  segment === null ? gate : `${gate} [${segment}]`;

/** What is wrong with the evidence, as one thing that a person may go on in spite of: another fault of the same gate is another one. */
export const faultOf = (verdict: Pick<GateVerdict, 'gate' | 'segment' | 'fault'>): string =>
  verdict.fault === undefined ? gateTitle(verdict) : `${gateTitle(verdict)}: ${verdict.fault}`;
