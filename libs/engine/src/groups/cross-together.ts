import type { Decision } from '#libs/rollout';
import { applyDecision } from '../evaluation/apply-decision.ts';
import { verdictOf } from '../evaluation/verdict.ts';
import { voidStaleApprovals } from '../rollouts/approvals.ts';
import { lookAt, type Evaluation } from '../evaluation/look.ts';
import { noteWait } from '../evaluation/note-wait.ts';
import { policyOf } from '../settings/policy-of.ts';
import type { Stores, UnitOfWork } from '../ports/ports.ts';
import { heldByEnvironment } from '../routing/proven-before.ts';
import type { ProbePorts } from '../routing/proven-primary.ts';
import { routeTarget } from '../routing/publish-route.ts';
import { Probes } from '../readiness/probes.ts';
import { withProbes } from '../readiness/with-probes.ts';
import type { ModelRecord, RolloutRecord } from '../ports/records.ts';
import { brokenGroup } from './broken-group.ts';
import { type Crossing, crossingOf, isPast, whatBroke } from './crossing.ts';
import { lockModels } from './lock-models.ts';
import { type ProbesByModel, probesOfGroup } from './probes-of-group.ts';
import type { GroupRecord } from './records.ts';

/** Where another member of its group has failed, a member goes back, whatever its own evidence says. */
export async function withItsGroup(uow: UnitOfWork, seen: Evaluation): Promise<Evaluation> {
  if (seen.rollout.groupId === null || seen.decision.kind === 'rollback') return seen;
  const broke = await uow.read((stores) => brokenGroup(stores, seen.rollout));
  if (broke === null) return seen;
  const decision: Decision = { kind: 'rollback', because: broke, verdicts: seen.decision.verdicts };
  return { ...seen, decision, byGroup: true };
}

/** One of the members could not be moved after all: what was written for the others is undone. */
class NotTogether extends Error {}

/**
 * Moves all members of a group at once, where each of them, looked at anew, has earned it; else this one says for whom
 * it waits. All models are locked from the first statement on, so no caller meets new versions of some of them only.
 * @returns whether they were moved
 */
export async function crossTogether(
  ports: ProbePorts,
  seen: Evaluation,
  crossing: Crossing,
): Promise<boolean> {
  const { groupId } = seen.rollout;
  const group = await ports.uow.read((stores) => stores.groups.find(groupId ?? ''));
  if (!group) return false;
  try {
    return await withProbes(
      () => probesOfGroup(ports, group, crossing),
      (probes) => ports.uow.run((stores) => cross(stores, seen, group, { crossing, probes })),
    );
  } catch (error) {
    if (error instanceof NotTogether) return false;
    throw error;
  }
}

interface Together {
  readonly crossing: Crossing;
  readonly probes: ProbesByModel;
}

async function cross(
  stores: Stores,
  seen: Evaluation,
  { id, members }: GroupRecord,
  { crossing, probes }: Together,
): Promise<boolean> {
  const models = await lockModels(
    stores,
    members.map(({ model }) => model),
  );
  const group = await stores.groups.find(id);
  if (!group || whatBroke(group) !== null) return false;
  const ready: Evaluation[] = [];
  const waiting: string[] = [];
  for (const member of group.members) {
    if (isPast(member, crossing)) continue;
    const model = models.get(member.model);
    if (!model) return false;
    if (await voidStaleApprovals(stores, model, member)) return false;
    const look = await lookAt(stores, member, await stores.evidence.ofRollout(member.id));
    const hindrance = await hindranceOf(stores, model, look, { crossing, probes });
    if (hindrance === null) ready.push(look);
    else waiting.push(`${member.model} ${member.version} ${hindrance}`);
  }
  if (waiting.length > 0) {
    const waits = `it waits for its release group: ${waiting.join('; ')}`;
    return noteWait(stores, verdictOf(seen), 'release_group', waits);
  }
  for (const look of ready) {
    const model = models.get(look.rollout.model);
    const verdict = { ...verdictOf(look), probes: probes.get(look.rollout.model) ?? Probes.NONE };
    if (!model || !(await applyDecision(stores, model, verdict))) throw new NotTogether();
  }
  return ready.length > 0;
}

/** Why a member cannot come along yet, in words that stay the same while it stands where it is; `null`: it can. */
async function hindranceOf(
  stores: Stores,
  model: ModelRecord,
  { rollout, decision }: Evaluation,
  { crossing, probes }: Together,
): Promise<string | null> {
  if (rollout.queued || crossingOf(decision, rollout.state) !== crossing) return standing(rollout);
  if (crossing === 'finish') return null;
  const held = await heldByEnvironment(stores, model, rollout);
  if (held !== null) return `waits: ${held}`;
  const target = await routeTarget(stores, model, rollout.version);
  const said = probes.get(model.name) ?? Probes.NONE;
  if (target && said.isReady(target)) return null;
  return target ? said.why(rollout.version) : 'does not run';
}

function standing(rollout: RolloutRecord): string {
  if (rollout.queued) return 'is queued';
  if (rollout.state === 'pending') return 'is pending';
  const { steps } = policyOf(rollout);
  const kind = steps[rollout.stepIndex]?.kind ?? 'its end';
  return `is ${rollout.state.replace('_', ' ')}, at step ${rollout.stepIndex + 1} of ${steps.length} (${kind})`;
}
