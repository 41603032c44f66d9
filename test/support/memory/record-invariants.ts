import {
  MADE_PRIMARY_BY_HAND,
  elapsedIn,
  type Policy,
  replay,
  startPeriodOf,
  type RecordedLook,
} from '#libs/rollout';
import { GENESIS, hashEvent, policyOf, type ChainLink, type RolloutRecord } from '#libs/engine';
import type { MemoryState } from './memory-state.ts';
import { breach } from './breach.ts';
import { ENDS } from './engine-invariants.ts';

/** What must hold of the whole record at the end. */
export function checkRecord(state: MemoryState): void {
  for (const chain of state.events.values()) {
    let previous = GENESIS;
    for (const { hash, ...link } of chain) {
      breach(hashEvent(previous, link) !== hash, `event ${link.sequence} does not hang on the chain`);
      previous = hash;
    }
  }
  const events = [...state.events.values()].flat();
  for (const rollout of state.rollouts.values())
    checkRollout(
      rollout,
      events.filter((event) => event.rolloutId === rollout.id),
    );
}

function checkRollout(rollout: RolloutRecord, events: readonly ChainLink[]): void {
  const policy = policyOf(rollout);
  const name = `${rollout.model} ${rollout.version}`;
  // Invariant 2: nothing moves what has ended; invariant 7: each transition once.
  const endedAt = events.findIndex((e) => ENDS.includes(e.type.replace('rollout.', '')));
  breach(
    endedAt !== -1 && endedAt < events.length - 1,
    `${name}: ${events[endedAt + 1]?.type} after its end`,
  );
  const entered = events.filter((e) => e.type === 'rollout.advanced').map((e) => e.data['step']);
  breach(new Set(entered).size < entered.length, `${name}: a step was entered twice`);
  breach(events.filter((e) => e.type === 'rollout.promoted').length > 1, `${name}: it was promoted twice`);
  breach(
    stateByEvents(events) !== rollout.state,
    `${name}: by its events ${stateByEvents(events)}, but it is ${rollout.state}`,
  );
  checkStart(name, events);
  const looks: RecordedLook[] = [];
  for (const { type, data, actor } of events) {
    const look = data['look'] as RecordedLook | null | undefined;
    if (!look) continue;
    const { decision: kind, because, verdicts } = data;
    looks.push({ ...look, decision: { kind, because, verdicts } } as RecordedLook);
    if (actor !== 'engine' || !['rollout.advanced', 'rollout.promoted', 'rollout.succeeded'].includes(type))
      continue;
    checkForward(name, look, data, policy);
  }
  const other = replay(looks, policy).find((one) => !one.same);
  breach(other !== undefined, `${name}: replayed ${other?.replayed.kind}, recorded ${other?.recorded.kind}`);
}

/** A release at a date does nothing before it, and nothing out of its turn: its first move is that it leaves the queue. */
function checkStart(name: string, events: readonly ChainLink[]): void {
  let startAt = -Infinity;
  let waits = false;
  for (const { type, data, at } of events) {
    if (type === 'rollout.created') waits = data['queued'] === true;
    if (typeof data['startAt'] === 'string') startAt = Date.parse(data['startAt']);
    // Instants are written to the second, rounded up.
    if (type === 'rollout.dequeued') breach(at < startAt - 1_000, `${name}: it started before its time`);
    if (type === 'rollout.dequeued') waits = false;
    breach(
      waits && ['rollout.advanced', 'rollout.promoted', 'rollout.paused'].includes(type),
      `${name}: ${type} while it waited`,
    );
  }
}

/** Invariant 3: no step forward without data, none with proven harm, none past an approval nobody gave. */
function checkForward(
  name: string,
  { view, evidence, now }: RecordedLook,
  data: Readonly<Record<string, unknown>>,
  policy: Policy,
): void {
  const verdicts = data['verdicts'] as { verdict: string; dryRun: boolean; because: string }[];
  breach(
    verdicts.some((v) => v.verdict === 'fail' && !v.dryRun),
    `${name}: forward with proven harm`,
  );
  breach(
    verdicts.some((v) => /not acted on in the first/.test(v.because) && !v.dryRun),
    `${name}: forward past harm that was not acted on yet`,
  );
  if (view.state === 'pending') return;
  const step = policy.steps[view.stepIndex];
  if (step?.kind === 'canary' || step?.kind === 'shadow')
    breach(
      elapsedIn(view, now) < Math.max(0, ...policy.gates.map((gate) => startPeriodOf(gate, step, false))),
      `${name}: forward within the start period of a gate`,
    );
  const arms = evidence[view.stepIndex];
  if (step?.kind === 'canary')
    breach((arms?.candidate.requests ?? 0) < step.minRequests, `${name}: forward without data`);
  if (step?.kind === 'shadow')
    breach((arms?.shadow.compared ?? 0) < step.minRequests, `${name}: forward without data`);
  // A person who made it primary waits for nobody.
  if (step?.kind === 'bake' && view.acceptedFaults?.includes(MADE_PRIMARY_BY_HAND) !== true)
    breach((arms?.primary.requests ?? 0) === 0, `${name}: a bake has ended well, and nobody had called`);
  if (step?.kind === 'approval')
    breach(view.approvedBy.length < step.approvers, `${name}: forward without approval`);
  if (step?.kind === 'canary' || step?.kind === 'shadow')
    breach(
      view.stepStartedAt === null || elapsedIn(view, now) < step.minDurationMs,
      `${name}: forward before its time`,
    );
}

function stateByEvents(events: readonly ChainLink[]): string {
  let state = 'pending';
  let step = '';
  for (const { type, data } of events) {
    switch (type) {
      case 'rollout.advanced':
        step = String(data['mode']);
        state = step === 'approval' ? 'awaiting_approval' : 'running';
        break;
      case 'rollout.promoted':
        state = 'baking';
        break;
      case 'rollout.paused':
        state = 'paused';
        break;
      case 'rollout.resumed':
        state = step === 'approval' ? 'awaiting_approval' : 'running';
        break;
      default:
        if (ENDS.includes(type.replace('rollout.', ''))) state = type.replace('rollout.', '');
    }
  }
  return state;
}
