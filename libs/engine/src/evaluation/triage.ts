import {
  decide,
  isLive,
  isSourceGate,
  nextTurn,
  trafficStepAt,
  type Decision,
  type Evidence,
  type Policy,
  type RolloutView,
} from '#libs/rollout';
import type { Instant } from '#libs/kernel';
import { hurriedSources } from '../evidence/read-sources.ts';
import type { RolloutRecord } from '../ports/records.ts';
import { dueStartPhase, nextStartPhase } from './start-phase.ts';
import { gatewaysAreSilent, hasClock, isSetBack } from './step-clock.ts';
import { dueValueBounds } from '../evidence/value-bounds.ts';

/** Every live rollout is looked at this often, whatever was missed. */
const LOOK_EVERY_MS = 5_000;
/** But for one that waits for its date: nothing of it can be missed, and a database's clock that was set is noticed. */
const LONGEST_WAIT_MS = 60_000;
/** Nothing is put on the agenda for later than this; what is found there for later was written by a clock that has been set back since. */
export const LONGEST_AGENDA_MS = 2 * LONGEST_WAIT_MS;
/**
 * What was handed to a worker is handed over again when nothing has come of it after this. Long enough
 * that a queue with thousands of jobs is not filled with the same ones anew.
 */
const HAND_OVER_AGAIN_MS = 5_000;
/** Checks ask a model server many things; another worker does not begin them anew for as long. */
const CHECKS_AGAIN_MS = 20_000;

/** What a rollout needs now: nothing, its numbers written down, or a worker of its own. */
export interface Triage {
  readonly kind: 'leave' | 'note' | 'hand_over';
  readonly decision: Decision | null;
  /** Milliseconds until it is to be looked at next, unless something happens. */
  readonly nextInMs: number;
}

/** What many rollouts share at one look. */
export interface Surroundings {
  readonly now: Instant;
  /** When a gateway was last heard of. */
  readonly heardAt: Instant | null;
}

/**
 * Judges a rollout that stands still, cheaply: a decision that holds is the common case, and all
 * that it needs is here. Whatever moves it, or must ask outside first, is for a worker of its own.
 * Pure.
 * @param view without what matters only before the first step
 * @param nextReads when each metric source of the present step is to be read next; a gate that is missing was never read
 */
export function triage(
  rollout: RolloutRecord,
  view: RolloutView,
  evidence: Evidence,
  nextReads: Readonly<Record<string, Instant>>,
  { now, heardAt }: Surroundings,
): Triage {
  // What becomes of the others of its group only a look of its own knows.
  if (rollout.groupId !== null) return handOver(HAND_OVER_AGAIN_MS);
  if (rollout.queued) return waitInQueue(rollout, now);
  if (rollout.state === 'pending') {
    // Whoever reports that it is ready, or has failed, wakes it.
    const waits = view.deployment.state === 'starting' || view.deployment.state === 'not_ready';
    if (!waits) return handOver(HAND_OVER_AGAIN_MS);
    // What it waits for is said; what only a look of its own knows (a related model's rollout) comes after.
    const decision = decide(view, evidence, now);
    return { kind: saysTheSame(rollout, decision) ? 'leave' : 'note', decision, nextInMs: LOOK_EVERY_MS };
  }
  const step = view.policy.steps[rollout.stepIndex];
  if (step?.kind === 'checks' && rollout.state === 'running' && rollout.checks === null)
    return handOver(CHECKS_AGAIN_MS);
  if (clockIsWrong(rollout, view.policy, heardAt, now)) return handOver(HAND_OVER_AGAIN_MS);

  if (dueStartPhase(rollout, view.policy, now) !== undefined) return handOver(HAND_OVER_AGAIN_MS);
  if (dueValueBounds(rollout, view.policy, evidence) !== null) return handOver(HAND_OVER_AGAIN_MS);
  const reads = readsOf(rollout, view.policy, nextReads);
  if (reads.some((at) => at <= now) || hurriedSources({ view, evidence, now }).length > 0)
    return handOver(HAND_OVER_AGAIN_MS);
  const decision = decide(view, evidence, now);
  if (!standsStill(rollout, decision) || verdictsDiffer(rollout, decision))
    return handOver(HAND_OVER_AGAIN_MS);
  const turns = [...reads, nextTurn(view, now) ?? Infinity, nextStartPhase(rollout, view.policy)].map(
    (at) => at - now,
  );
  return {
    kind: saysTheSame(rollout, decision) ? 'leave' : 'note',
    decision,
    nextInMs: Math.max(1, Math.min(LOOK_EVERY_MS, ...turns)),
  };
}

/** A bake that waits for a person was told of when it began to. */
const standsStill = (rollout: RolloutRecord, { kind }: Decision): boolean =>
  kind === 'hold' || (kind === 'pause' && rollout.state === 'baking' && rollout.decision?.kind === 'pause');

const handOver = (nextInMs: number): Triage => ({ kind: 'hand_over', decision: null, nextInMs });

/** One that waits for its date is left in peace until then: nothing that happens meanwhile moves it, but for a request that wakes it. */
function waitInQueue({ startAt }: RolloutRecord, now: Instant): Triage {
  const aheadMs = (startAt ?? -Infinity) - now;
  if (aheadMs <= 0) return handOver(LOOK_EVERY_MS);
  return { kind: 'leave', decision: null, nextInMs: Math.min(aheadMs, LONGEST_WAIT_MS) };
}

/** Must the clock of the present step be started, stopped or set going again? */
function clockIsWrong(
  rollout: RolloutRecord,
  policy: Policy,
  heardAt: Instant | null,
  now: Instant,
): boolean {
  if (!hasClock(rollout, policy)) return false;
  if (rollout.stepStartedAt === null || isSetBack(rollout, now)) return true;
  return gatewaysAreSilent(heardAt, now) !== (rollout.clockStoppedAt !== null);
}

/** When the metric sources of the present step are due; the past for one that was never read. */
function readsOf(
  { state, stepIndex }: RolloutRecord,
  policy: Policy,
  nextReads: Readonly<Record<string, Instant>>,
): readonly Instant[] {
  if (!isLive(state)) return [];
  const traffic = trafficStepAt(policy, stepIndex);
  const kind = traffic === null ? undefined : policy.steps[traffic]?.kind;
  return policy.gates
    .filter((gate) => isSourceGate(gate) && gate.in.some((judged) => judged === kind))
    .map((gate) => nextReads[gate.name] ?? -Infinity);
}

/** Do the verdicts say something else than those that are written down (numbers aside)? */
export function verdictsDiffer(rollout: RolloutRecord, decision: Decision): boolean {
  const text = (verdicts: Decision['verdicts']): string =>
    verdicts.map((v) => `${v.gate} ${v.segment ?? ''}=${v.verdict}`).join();
  return text(rollout.verdicts) !== text(decision.verdicts);
}

function saysTheSame(rollout: RolloutRecord, decision: Decision): boolean {
  return (
    rollout.decision?.revision === rollout.revision &&
    rollout.decision.kind === decision.kind &&
    rollout.decision.because === decision.because &&
    rollout.verdicts.length === decision.verdicts.length &&
    rollout.verdicts.every((verdict, i) => verdict.because === decision.verdicts[i]?.because)
  );
}
