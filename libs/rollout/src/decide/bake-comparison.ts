import { unitsOf } from '../evidence/distinct-callers.ts';
import { isJudgedIn } from '../budget/error-budget.ts';
import { comparedIn, type Compared, type Evidence, type Profile } from '../evidence/evidence.ts';
import { judgeGates, type GateVerdict } from '../judge/judge-gates.ts';
import { type Gate, isRelative } from '../policy/gates/gates.ts';
import { type Policy } from '../policy/policy.ts';
import { type Step } from '../policy/steps.ts';
import { countedFor } from './start-period.ts';

type Bake = Extract<Step, { kind: 'bake' }>;

/**
 * Distinct units that each arm must have before a bake has compared anything. Units are dealt by lot, so of few that are held back each may
 * be an exception: that five of twenty stand out by chance alone happens once in C(20, 5) = 15,504, two of twenty once in 190.
 */
const FEWEST_UNITS = 5;
/** An old version that fails more of its requests than this is no measure of anything: its server has stopped, or the world has. */
const MOST_FAILED = 0.5;

/** What kept a bake from comparing. */
export interface Uncompared {
  readonly why: string;
  /** For want of data: nobody has called on one of the sides. Else of too little, or of none that is a measure. */
  readonly noData: boolean;
}

/**
 * Why a bake that holds units back has compared too little to end; `null`: every gate that compares has data of both arms, from
 * enough units, or, where too few units are held back, it passes against the old primary as it was before the promotion.
 * @param elapsedMs of the bake's clock
 */
export function whatBakeDidNotCompare(
  policy: Policy,
  stepIndex: number,
  verdicts: readonly GateVerdict[],
  evidence: Evidence,
  elapsedMs: number,
  profile: Profile | null,
): Uncompared | null {
  const step = policy.steps[stepIndex];
  if (step?.kind !== 'bake' || step.holdBack === 0) return null;
  const gates = policy.gates.filter((gate) => !gate.dryRun && isRelative(gate) && isJudgedIn(gate, step));
  const lacking = gates.flatMap((gate) => {
    const why = lackOf(gate, comparedIn(policy, stepIndex, countedFor(gate, policy, evidence)), verdicts);
    return why === null ? [] : [{ gate, ...why }];
  });
  if (lacking.length === 0) return null;
  const past = againstThePast(policy, stepIndex, step);
  const before = judgeGates(past, stepIndex, evidence, elapsedMs, profile);
  for (const { gate, why, noData } of lacking) {
    const then = notAsBefore(gate, past, stepIndex, before, evidence);
    if (then !== null) return { why: `${gate.name} has not compared enough: ${why}; ${then}`, noData };
  }
  return null;
}

/** The policy as if nobody were held back: what is compared with is the old primary, before. */
const againstThePast = (policy: Policy, stepIndex: number, bake: Bake): Policy => ({
  ...policy,
  steps: policy.steps.with(stepIndex, { ...bake, holdBack: 0 }),
});

function lackOf(
  gate: Gate,
  { trial, baseline }: Compared,
  verdicts: readonly GateVerdict[],
): Uncompared | null {
  // Its verdict may still rest on the steps before, and be no "no data".
  if (baseline.requests === 0)
    return { why: 'nobody who is held back on the old version has called', noData: true };
  if (baseline.errors > MOST_FAILED * baseline.requests)
    return tooLittle(
      `the old version has failed ${baseline.errors} of the ${baseline.requests} requests of the units held back on it`,
    );
  const own = unitsOf(trial);
  const held = unitsOf(baseline);
  if (Math.min(own, held) < FEWEST_UNITS)
    return tooLittle(
      `${units(held)} held back and ${units(own)} on the new primary have called, at least ${FEWEST_UNITS} each are needed`,
    );
  const verdict = verdictOn(gate, verdicts);
  const isBlind = verdict === undefined || verdict.verdict === 'no_data';
  return isBlind ? { why: verdict?.because ?? 'no verdict', noData: true } : null;
}

const tooLittle = (why: string): Uncompared => ({ why, noData: false });

/** Why the time before does not show that nothing has become worse, in words; `null`: it does. */
function notAsBefore(
  gate: Gate,
  past: Policy,
  stepIndex: number,
  before: readonly GateVerdict[],
  evidence: Evidence,
): string | null {
  // A mean of feedback is only ever compared over the same seconds.
  const verdict = gate.metric === 'feedback' && gate.values === 'mean' ? undefined : verdictOn(gate, before);
  if (verdict === undefined) return 'it compares over the same seconds only';
  const { trial, baseline } = comparedIn(past, stepIndex, countedFor(gate, past, evidence));
  if (Math.min(unitsOf(trial), unitsOf(baseline)) < FEWEST_UNITS)
    return `too few units have called to compare it with the time before the promotion`;
  return verdict.verdict === 'pass'
    ? null
    : `against the time before the promotion it does not pass (${verdict.because})`;
}

const verdictOn = (gate: Gate, verdicts: readonly GateVerdict[]): GateVerdict | undefined =>
  verdicts.find((verdict) => verdict.gate === gate.name && verdict.segment === null);

const units = (many: number): string => (many === 1 ? '1 unit' : `${many} units`);
