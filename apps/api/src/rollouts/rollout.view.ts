import { forAttempt, isLive, isRing, spentBefore, waitingFor, type Policy } from '#libs/rollout';
import {
  type Acted,
  acceptedFaults,
  legalByItself,
  policyOf,
  possibleActions,
  type RolloutRecord,
  saidOf,
  type Stores,
  type UnitOfWork,
  whyItWaits,
} from '#libs/engine';
import { databaseFailure } from '#libs/postgres';
import { silentPrimaries } from './silent-primary.ts';
import { trafficView } from './traffic.view.ts';

const iso = (instant: number | null): string | null =>
  instant === null ? null : new Date(instant).toISOString();

/** A rollout by what its own row says. Not exported: an answer about one is `shownRollout`, a list is `listedRollouts`. */
function rowOf(record: RolloutRecord) {
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
    decision: decision && { ...decision, at: iso(decision.at) },
    createdAt: iso(createdAt),
    endedAt: iso(endedAt),
  };
}

/** As a list shows it, by its row alone: nothing else is asked for each of many rows. */
function listedRollout(record: RolloutRecord) {
  const because = saidOf(record)?.because ?? (record.decision && SINCE_LOOK);
  return {
    ...rowOf(record),
    legalActions: legalByItself(record),
    waitingFor: waitingFor({ ...record, policy: policyOf(record) }, because),
  };
}

/** What was decided before it moved says nothing of how it stands. */
const SINCE_LOOK = 'it has moved since it was last looked at';

/** A page of rollouts. */
export const listedRollouts = (records: readonly RolloutRecord[]) => records.map(listedRollout);

/**
 * A rollout, and all that is known of how it stands now: what it lists as actions is what is carried out, its traffic is that of the route, and
 * what it waits for is of this moment, also in the answer to the command that has just moved it.
 */
export async function shownRollout(stores: Stores, record: RolloutRecord) {
  const route = isLive(record.state) ? await stores.routes.find(record.modelId) : null;
  const { waitingFor: waits, verdicts } = await whyItWaits(stores, record);
  const silent = (await silentPrimaries(stores, [record])).get(record.id);
  return {
    ...rowOf(record),
    verdicts,
    traffic: trafficView(route, record.id),
    legalActions: await possibleActions(stores, record),
    waitingFor: waits === null || silent === undefined ? waits : `${waits}; ${silent}`,
  };
}

/** What came of an action. */
export const actedView = async (stores: Stores, { rollout, outcome }: Acted) => ({
  ...(await shownRollout(stores, rollout)),
  outcome,
});

/** The same, once it is committed. */
export const actedSince = async (uow: UnitOfWork, { rollout, outcome }: Acted) => ({
  ...(await shownSince(uow, rollout)),
  outcome,
});

/**
 * What a command has come to, once it is committed: told of a failure, a caller would do it again. So it is answered also where the database has
 * gone since, with what the rollout's row says.
 */
export const shownSince = (uow: UnitOfWork, rollout: RolloutRecord) =>
  uow
    .read((stores) => shownRollout(stores, rollout))
    .catch((error: unknown) => {
      if (databaseFailure(error) === null) throw error;
      return listedRollout(rollout);
    });

/** What this try may spend of the version's error budget, and what those before it have. */
function budgetView(policy: Policy, attempt: number | null) {
  const { alpha, beta } = forAttempt(policy, attempt);
  return { attempt, alpha, beta, spentBefore: attempt === null ? 0 : policy.alpha * spentBefore(attempt) };
}
