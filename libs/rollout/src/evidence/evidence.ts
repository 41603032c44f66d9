import type { Instant } from '#libs/kernel';
import { EMPTY_TALLY, type Bins, type Tally } from '#libs/stats';
import type { Policy } from '../policy/policy.ts';
import { isRing, isWholeRing } from '../decide/rings.ts';

/** What a step has behind it at some moment. */
export interface Behind {
  /** Of its clock, in ms. */
  readonly stepMs: number;
  /** Requests that count towards its `minRequests`. */
  readonly requests: number;
}

/** What a metric source (Prometheus, an HTTP judge) said last, and how often in a row it could not. */
export interface SourceReading {
  /** `null`: it has not answered yet, or has no data. */
  readonly outcome: 'pass' | 'fail' | 'undecided' | null;
  readonly value: number | null;
  readonly because: string;
  readonly at: Instant;
  /** What the step had behind it when the source was asked for its last answer. Not there: nobody knows. */
  readonly asked?: Behind;
  /** Bad readings in a row; an error in between does not end the row. */
  readonly consecutiveFailures: number;
  /** Readings in a row that gave no answer at all. */
  readonly consecutiveErrors: number;
}

/** What was counted of everybody, or of one segment. */
export interface Arms {
  readonly primary: Tally;
  readonly candidate: Tally;
  readonly shadow: Tally;
}

/** The part of a step's beginning that traffic is counted in; after the longest start period of its gates there is none (`null`). */
export interface StartPhase {
  /** From when on, in ms of the step's clock. */
  readonly sinceMs: number;
  /** The candidate's process was just started when the step began. */
  readonly cold: boolean;
}

/** What was counted in one part of a step's beginning. Gates whose start period reaches into it leave it out. */
export interface StartPart extends Arms {
  readonly phase: StartPhase;
  readonly segments?: Readonly<Record<string, Arms>>;
}

/** What was counted during one step, per arm, after all start periods, and what metric sources said. */
export interface StepEvidence extends Arms {
  /** By the gate's name. */
  readonly sources: Readonly<Record<string, SourceReading>>;
  /** `<gate>=<value>` -> what was counted of that segment alone. */
  readonly segments?: Readonly<Record<string, Arms>>;
  /** What was counted before the longest start period was over, by its phases. */
  readonly start?: readonly StartPart[];
}

/** Evidence by step index. A step that has none yet may be missing. */
export type Evidence = Readonly<Record<number, StepEvidence>>;

export const NO_ARMS: Arms = { primary: EMPTY_TALLY, candidate: EMPTY_TALLY, shadow: EMPTY_TALLY };
export const NO_STEP_EVIDENCE: StepEvidence = { ...NO_ARMS, sources: {} };

/** The training data of the version under trial, as histograms: what drift is measured against. */
export interface Profile {
  /** Name of a histogram (`output`, `confidence`, `input.<feature>`) -> counts by bin. */
  readonly histograms: Readonly<Record<string, Bins>>;
}

/** The two tallies that a step compares: the version under trial, and what it is compared with. */
export interface Compared {
  readonly trial: Tally;
  readonly baseline: Tally;
  /** Requests on trial for each of the baseline over the same seconds; `null`: they ran at different times. */
  readonly ratio: number | null;
  /** The same arms with everybody's requests, also where a segment is compared: how requests go together is kept for everybody only. */
  readonly everybody: { readonly trial: Tally; readonly baseline: Tally };
}

/**
 * The step whose traffic flows while a rollout stands at `stepIndex`: an approval leaves the traffic
 * of the step before it as it is. `null` when none has sent traffic yet.
 */
export function trafficStepAt(policy: Policy, stepIndex: number): number | null {
  for (let i = stepIndex; i >= 0; i--) {
    const kind = policy.steps[i]?.kind;
    if (kind === 'shadow' || kind === 'canary' || kind === 'bake') return i;
  }
  return null;
}

/** How to find, in a step's evidence, everybody's or one segment's. */
export type PickArms = (step: StepEvidence) => Arms;
export const everybody: PickArms = (step) => step;
export const segmentOf =
  (key: string): PickArms =>
  (step) =>
    step.segments?.[key] ?? NO_ARMS;

/**
 * Who is compared with whom in a step. In a shadow the copies with the primary's answers; in a
 * canary the two arms over the same seconds (of a ring, its own members alone), or, where everybody gets the candidate, with the primary as it was before; of a ring at 100% with nobody. During bake the version under trial is the primary; it
 * is compared with the units held back on the old one, over the same seconds, or, when the policy
 * holds none back, with the old primary as it was in the last step before promotion.
 */
export function comparedIn(
  policy: Policy,
  stepIndex: number,
  evidence: Evidence,
  pick: PickArms = everybody,
): Compared {
  const arms = armsIn(policy, stepIndex, evidence, pick);
  return { ...arms, everybody: pick === everybody ? arms : armsIn(policy, stepIndex, evidence, everybody) };
}

function armsIn(
  policy: Policy,
  stepIndex: number,
  evidence: Evidence,
  pick: PickArms,
): Omit<Compared, 'everybody'> {
  const here = pick(evidence[stepIndex] ?? NO_STEP_EVIDENCE);
  const step = policy.steps[stepIndex];
  switch (step?.kind) {
    case 'shadow':
      return { trial: here.shadow, baseline: here.primary, ratio: share(step.sample) };
    case 'bake': {
      const held = share(step.holdBack);
      if (held > 0) return { trial: here.primary, baseline: here.candidate, ratio: (1 - held) / held };
      return { trial: here.primary, baseline: primaryBefore(policy, stepIndex, evidence, pick), ratio: null };
    }
    case 'canary': {
      const weight = share(step.weight);
      if (isWholeRing(step)) return { trial: here.candidate, baseline: EMPTY_TALLY, ratio: null };
      if (weight === 1)
        return {
          trial: here.candidate,
          baseline: primaryBefore(policy, stepIndex, evidence, pick),
          ratio: null,
        };
      return { trial: here.candidate, baseline: here.primary, ratio: weight / (1 - weight) };
    }
    case 'checks':
    case 'approval':
    case undefined:
      return { trial: here.candidate, baseline: here.primary, ratio: null };
  }
}

/** The primary in the last step before this one in which it served everybody: a ring's members are others. */
function primaryBefore({ steps }: Policy, stepIndex: number, evidence: Evidence, pick: PickArms): Tally {
  for (let i = stepIndex - 1; i >= 0; i--) {
    if (isRing(steps[i])) continue;
    const before = pick(evidence[i] ?? NO_STEP_EVIDENCE).primary;
    if (before.requests > 0) return before;
  }
  return EMPTY_TALLY;
}

const share = (basisPoints: number): number => basisPoints / 10_000;
