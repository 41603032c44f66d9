import { assertNever } from '#libs/kernel';
import { voidStaleApprovals } from '../rollouts/approvals.ts';
import { ENGINE } from '../access/engine-actor.ts';
import { endRollout } from '../rollouts/end-rollout.ts';
import { blockedBy } from './look.ts';
import { Probes } from '../readiness/probes.ts';
import type { RolloutPatch, Stores } from '../ports/ports.ts';
import type { ModelRecord, RolloutRecord } from '../ports/records.ts';
import { verdictsDiffer } from './triage.ts';
import { type Verdict, record } from './verdict.ts';
import { promote } from './promote-candidate.ts';
import { advance } from './advance-rollout.ts';

/**
 * Writes a decision: state, route, event and wake-up in the caller's transaction, which holds the
 * model's lock. Nothing is written when the rollout's revision is no longer the one decided on.
 * @returns whether the decision was applied
 */
export async function applyDecision(stores: Stores, model: ModelRecord, verdict: Verdict): Promise<boolean> {
  const { rollout, decision } = verdict;
  const now = await stores.now();
  const noted: RolloutPatch = {
    verdicts: decision.verdicts,
    decision: { kind: decision.kind, because: decision.because, at: now, revision: rollout.revision },
  };
  const to = (patch: RolloutPatch): Promise<boolean> =>
    stores.rollouts.transition(rollout.id, rollout.revision, { ...noted, ...patch });
  const applying = { stores, model, verdict, to, now };
  switch (decision.kind) {
    case 'hold':
      if (!(await stores.rollouts.note(rollout.id, rollout.revision, noted))) return false;
      if (verdictsDiffer(rollout, decision)) await record(stores, verdict, 'rollout.judged');
      return true;
    case 'pause':
      if (rollout.state === 'baking') return leaveBakeToAPerson(stores, verdict, noted);
      if (!(await to({ state: 'paused', ...pausedFor(rollout, decision.fault) }))) return false;
      await record(stores, verdict, 'rollout.paused');
      return true;
    case 'rollback':
      if (!(await stores.rollouts.note(rollout.id, rollout.revision, noted))) return false;
      await endRollout(stores, model, rollout, {
        state: 'rolled_back',
        because: decision.because,
        actor: verdict.actor,
        verdicts: decision.verdicts,
        look: verdict.look,
        probes: verdict.probes ?? Probes.NONE,
      });
      return true;
    case 'promote':
      if (await mustWait(stores, rollout)) return false;
      if (await voidStaleApprovals(stores, model, rollout, verdict.actor === ENGINE)) return false;
      return promote(applying);
    case 'advance':
      if (await mustWait(stores, rollout)) return false;
      if (await voidStaleApprovals(stores, model, rollout, verdict.actor === ENGINE)) return false;
      return advance(applying, decision.toStep);
    default:
      return assertNever(decision);
  }
}

/** A bake that its policy leaves to a person goes on, watched, and may end by itself yet; that it waits is told once. */
async function leaveBakeToAPerson(
  stores: Stores,
  verdict: Verdict,
  noted: Pick<RolloutPatch, 'verdicts' | 'decision'>,
): Promise<boolean> {
  const { rollout, decision } = verdict;
  if (!(await stores.rollouts.note(rollout.id, rollout.revision, noted))) return false;
  if (rollout.decision?.kind !== 'pause') await record(stores, verdict, 'rollout.waits');
  else if (verdictsDiffer(rollout, decision)) await record(stores, verdict, 'rollout.judged');
  return true;
}

/** So that whoever resumes it is not stopped by the same again; and by nothing else that they have not seen. */
function pausedFor({ faults, stepIndex: step }: RolloutRecord, fault: string | undefined): RolloutPatch {
  if (fault === undefined) return {};
  const others = faults.filter((one) => one.step !== step || one.fault !== fault);
  return { faults: [...others, { step, fault, accepted: false }] };
}

/**
 * Two rollouts of models that feed each other must not leave `pending` side by side: whoever comes
 * here first goes on, the other one finds it under way.
 */
async function mustWait(stores: Stores, rollout: RolloutRecord): Promise<boolean> {
  if (rollout.state !== 'pending') return false;
  // Members of a group start in one transaction: what each of them would take could go round in a circle.
  if (rollout.groupId === null) await stores.relations.exclude(rollout);
  else await stores.relations.excludeAll();
  return (await blockedBy(stores, rollout)) !== null;
}
