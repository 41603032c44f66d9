import { mergeTallies, type Tally } from '#libs/stats';
import { askedStartMs } from './asked-start.ts';
import { isJudgedIn } from '../budget/error-budget.ts';
import {
  NO_ARMS,
  type Arms,
  type Evidence,
  type StartPart,
  type StartPhase,
  type StepEvidence,
} from '../evidence/evidence.ts';
import { isSourceGate, type Gate } from '../policy/gates/gates.ts';
import { type Policy } from '../policy/policy.ts';
import { type Step } from '../policy/steps.ts';

/** A start period takes at most half of the longest time that a step may last, so that something is left to judge. */
const MOST_OF_STEP = 0.5;

/** What a gate leaves out at the beginning of a step, in ms of the step's clock. */
export function startPeriodOf(gate: Gate, step: Step, cold: boolean): number {
  const asked = askedStartMs(cold ? gate.coldStart : gate.startPeriod);
  return Math.min(asked, MOST_OF_STEP * longestOf(step));
}

function longestOf(step: Step): number {
  switch (step.kind) {
    case 'shadow':
    case 'canary':
      return step.maxDurationMs;
    case 'bake':
      return step.durationMs;
    case 'checks':
    case 'approval':
      return Infinity;
  }
}

/** When start periods of a step end, in ms of its clock, each once and in order. */
export function startPeriodEnds(policy: Policy, step: Step, cold: boolean): readonly number[] {
  const ends = policy.gates
    .filter((gate) => !isSourceGate(gate) && isJudgedIn(gate, step))
    .map((gate) => startPeriodOf(gate, step, cold));
  return [...new Set(ends)].filter((ms) => ms > 0).sort((a, b) => a - b);
}

/** The phase that a step begins in; `null`: no gate of it leaves anything out. */
export function firstPhase(policy: Policy, stepIndex: number, cold: boolean): StartPhase | null {
  const step = policy.steps[stepIndex];
  return step && startPeriodEnds(policy, step, cold).length > 0 ? { sinceMs: 0, cold } : null;
}

/**
 * The phase that a step is in after `elapsedMs` of its clock, given the one that its traffic is counted in now.
 * Traffic of a new phase is counted by a route revision of its own, so that both arms are cut at the same request.
 */
export function phaseAfter(
  policy: Policy,
  stepIndex: number,
  now: StartPhase | null,
  elapsedMs: number,
): StartPhase | null {
  const step = policy.steps[stepIndex];
  if (now === null || !step) return null;
  const ends = startPeriodEnds(policy, step, now.cold);
  const over = ends.filter((ms) => ms <= elapsedMs);
  if (over.length === ends.length) return null;
  return { ...now, sinceMs: Math.max(now.sinceMs, ...over) };
}

/** The evidence that a gate is judged on: of each step, what was counted after the gate's start period. */
export function countedFor(gate: Gate, policy: Policy, evidence: Evidence): Evidence {
  const steps = Object.entries(evidence);
  if (steps.every(([, here]) => here.start === undefined)) return evidence;
  return Object.fromEntries(
    steps.map(([index, here]) => {
      const step = policy.steps[Number(index)];
      const counted = (here.start ?? []).filter(
        ({ phase }) => step !== undefined && phase.sinceMs >= startPeriodOf(gate, step, phase.cold),
      );
      return [index, joined(here, counted)];
    }),
  );
}

/** What a gate leaves out of a step, by arm; `null`: nothing. */
export function leftOutFor(gate: Gate, policy: Policy, stepIndex: number, evidence: Evidence): Arms | null {
  const step = policy.steps[stepIndex];
  const parts = (evidence[stepIndex]?.start ?? []).filter(
    ({ phase }) => step !== undefined && phase.sinceMs < startPeriodOf(gate, step, phase.cold),
  );
  return parts.length === 0 ? null : armsOf(parts);
}

/** All that was counted in a step, its start included: for looking, not for judging. */
export const withStart = (here: StepEvidence): StepEvidence => joined(here, here.start ?? []);

function joined({ start: _start, ...rest }: StepEvidence, parts: readonly StartPart[]): StepEvidence {
  if (parts.length === 0) return rest;
  const all = [rest, ...parts];
  const keys = new Set(all.flatMap((part) => Object.keys(part.segments ?? {})));
  const segments = [...keys].map(
    (key) => [key, armsOf(all.map((part) => part.segments?.[key] ?? NO_ARMS))] as const,
  );
  return {
    ...rest,
    ...armsOf(all),
    ...(segments.length === 0 ? {} : { segments: Object.fromEntries(segments) }),
  };
}

function armsOf(parts: readonly Arms[]): Arms {
  const arm = (name: keyof Arms) => mergeTallies(parts.map((part) => part[name]));
  return { primary: arm('primary'), candidate: arm('candidate'), shadow: arm('shadow') };
}

/** One row of what was counted. */
export interface Counted {
  readonly arm: keyof Arms;
  /** `null`: everybody. */
  readonly segment: string | null;
  readonly startPhase: StartPhase | null;
  readonly tally: Tally;
}

/** A step's evidence with one more row. */
export function addCounted(here: StepEvidence, row: Counted): StepEvidence {
  const { startPhase: phase } = row;
  if (phase === null) return withRow(here, row);
  const isIt = (part: StartPart): boolean =>
    part.phase.sinceMs === phase.sinceMs && part.phase.cold === phase.cold;
  const parts = here.start ?? [];
  const part = parts.find(isIt) ?? { ...NO_ARMS, phase };
  return { ...here, start: [...parts.filter((one) => !isIt(one)), withRow(part, row)] };
}

type Counting = Arms & { readonly segments?: Readonly<Record<string, Arms>> };

function withRow<T extends Counting>(to: T, { arm, segment, tally }: Counted): T {
  const arms = segment === null ? to : (to.segments?.[segment] ?? NO_ARMS);
  const sum = mergeTallies([arms[arm], tally]);
  return segment === null
    ? { ...to, [arm]: sum }
    : { ...to, segments: { ...to.segments, [segment]: { ...arms, [arm]: sum } } };
}
