import type { Instant } from '#libs/kernel';
import {
  forAttempt,
  isLive,
  isRing,
  spentBefore,
  waitingFor,
  type Evidence,
  type Policy,
} from '#libs/rollout';
import {
  type Acted,
  acceptedFaults,
  legalByItself,
  policyOf,
  possibleActions,
  type RolloutRecord,
  type Stores,
  type UnitOfWork,
} from '#libs/engine';
import { databaseFailure } from '#libs/postgres';
import { trafficView } from './traffic.view.ts';

const iso = (instant: number | null): string | null =>
  instant === null ? null : new Date(instant).toISOString();

/**
 * A rollout as the API shows it (DESIGN 7).
 * @param behind what else is to be known of its wait, in words: gateways that the step is not waiting for any more, a primary that is out
 * @param seen says how long it still takes, at the present rate; left out: only what it waits for
 */
export function rolloutView(
  record: RolloutRecord,
  seen: { readonly evidence: Evidence; readonly now: Instant } | null = null,
  behind: string | null = null,
) {
  const {
    modelId: _id,
    stepIndex,
    startAt,
    stepStartedAt,
    clockStoppedAt,
    approvals,
    faults,
    startPhase: _phase,
    valueBounds: _bounds,
    attempt,
    decision,
    createdAt,
    endedAt,
    ...rest
  } = record;
  const policy = policyOf(record);
  const step = record.state === 'pending' ? undefined : policy.steps[stepIndex];
  const waits = waitingFor({ ...record, policy }, decision?.because ?? null, seen);
  const weight = step?.kind === 'canary' ? step.weight : step?.kind === 'shadow' ? step.sample : null;
  return {
    ...rest,
    startAt: iso(startAt),
    /** `weight` in basis points: 1 is 0.01 %. */
    step: step
      ? {
          index: stepIndex,
          kind: step.kind,
          weight,
          segments: isRing(step) ? step.ring : null,
          startedAt: iso(stepStartedAt),
          clockStoppedAt: iso(clockStoppedAt),
        }
      : null,
    approvals: approvals.map((approval) => ({ ...approval, at: iso(approval.at) })),
    acceptedFaults: acceptedFaults({ faults, stepIndex }),
    errorBudget: budgetView(policy, attempt),
    /** By itself; with what else is known: `shownRollout`. */
    legalActions: legalByItself(record),
    decision: decision && { ...decision, at: iso(decision.at) },
    waitingFor: waits === null || behind === null ? waits : `${waits}; ${behind}`,
    createdAt: iso(createdAt),
    endedAt: iso(endedAt),
  };
}

/** One rollout that somebody asks for by itself: what it lists as actions is what is carried out, and its traffic is that of the route. */
export async function shownRollout(stores: Stores, ...[record, ...more]: Parameters<typeof rolloutView>) {
  const route = isLive(record.state) ? await stores.routes.find(record.modelId) : null;
  return {
    ...rolloutView(record, ...more),
    traffic: trafficView(route, record.id),
    legalActions: await possibleActions(stores, record),
  };
}

/** What came of an action. */
export const actedView = async (stores: Stores, { rollout, outcome }: Acted) => ({
  ...(await shownRollout(stores, rollout)),
  outcome,
});

/**
 * The same, once it is committed: told of a failure, a caller would do it again. So it is answered also where the database has gone since, with
 * the actions that the rollout has by itself.
 */
export const actedSince = (uow: UnitOfWork, acted: Acted) =>
  uow
    .read((stores) => actedView(stores, acted))
    .catch((error: unknown) => {
      if (databaseFailure(error) === null) throw error;
      return { ...rolloutView(acted.rollout), outcome: acted.outcome };
    });

/** What this try may spend of the version's error budget, and what those before it have. */
function budgetView(policy: Policy, attempt: number | null) {
  const { alpha, beta } = forAttempt(policy, attempt);
  return { attempt, alpha, beta, spentBefore: attempt === null ? 0 : policy.alpha * spentBefore(attempt) };
}
