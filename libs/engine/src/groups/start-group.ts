import { randomUUID } from 'node:crypto';
import { DomainError, type Instant } from '#libs/kernel';
import { parseKeptPolicy } from '#libs/rollout';
import type { Authority } from '../access/authority.ts';
import { requireModel } from '../registry/lookup.ts';
import { policyOf } from '../settings/policy-of.ts';
import type { Stores } from '../ports/ports.ts';
import type { Reach } from '../access/reach.ts';
import type { ModelRecord } from '../ports/records.ts';
import { assertNotRetired } from '../registry/retired.ts';
import type { StartRollout } from '../rollouts/insert-rollout.ts';
import { settledTerms } from '../rollouts/releasable.ts';
import { assertStartable, mustQueue, startRollout, unendedOf } from '../rollouts/start-rollout.ts';
import { whatBroke } from './crossing.ts';
import { lockModels } from './lock-models.ts';
import { assertSomeMomentForAll, type HeldMember } from './never-together.ts';
import { ofMember } from './of-member.ts';
import type { GroupRecord } from './records.ts';

/** More models than these are not looked over by one person. */
export const MOST_MEMBERS = 20;

export interface NewMember {
  readonly model: string;
  readonly version: number;
  /** A policy document; the model's when left out. */
  readonly policy?: unknown;
  /** It had this policy before: see `AskedRelease`. */
  readonly hadPolicy?: boolean;
  /** Its own, in place of what is said of the group. */
  readonly overrideFreeze?: boolean;
}

export interface StartGroup {
  readonly members: readonly NewMember[];
  readonly reason: string;
  readonly overrideFreeze?: boolean;
  readonly overrideEnvironment?: boolean;
  /** One date for all of it. */
  readonly startAt?: Instant | null | undefined;
  /** What whoever starts it may reach; left out: everything. */
  readonly reach?: Reach;
  readonly actor: string;
  readonly authority: Authority;
}

/**
 * Starts a rollout of each member, in the caller's transaction: all, or none. Where one has to wait for its turn, all do: a group
 * leaves the queues of its models as a whole (`dequeue`). Each goes its own way by its own policy
 * until it has earned promotion; then they go on together. Asking again for the same versions answers the group that is
 * under way: what is said now of its start, a freeze and the environments is taken, as of a single rollout.
 * @throws DomainError what `startRollout` refuses a member for, and `group_member_twice`, `group_first_version`,
 *   `group_needs_bake`, `group_member_released`, `group_always_frozen`
 */
export async function startGroup(stores: Stores, request: StartGroup): Promise<GroupRecord> {
  const { members } = request;
  assertDistinct(members.map(({ model }) => model));
  const models = await lockModels(
    stores,
    members.map(({ model }) => model),
  );
  const same = await underWay(stores, models, members);
  const id = same?.id ?? randomUUID();
  if (!same) await stores.groups.insert({ id, reason: request.reason, createdBy: request.actor });
  const queuesTogether = !same && (await someMustQueue(stores, models));
  const asked = { ...request, groupId: id, queuesTogether, now: await stores.now() };
  for (const [at, member] of members.entries()) {
    const model = models.get(member.model);
    if (model) await ofMember(member, `/members/${at}`, async () => assertNotRetired(model));
    if (model?.primary === null) throw firstVersion(member.model, at);
    if (hasSucceeded(same, member)) continue;
    await ofMember(member, `/members/${at}`, () => startMember(stores, member, asked));
  }
  const group = await stores.groups.find(id);
  if (!group) throw new Error(`release group ${id} vanished`);
  if (!same)
    assertSomeMomentForAll(asAsked(members, group).map((one) => ({ ...one, freeze: policyOf(one).freeze })));
  return group;
}

/** Would `startGroup` take these now, as far as it is known? Reads only. @throws DomainError what they would be refused for */
export async function assertGroupStartable(
  stores: Stores,
  { members, ...request }: StartGroup,
): Promise<void> {
  const models = new Map<string, ModelRecord>();
  for (const { model } of members) models.set(model, await requireModel(stores, model));
  const same = await underWay(stores, models, members);
  const queuesTogether = !same && (await someMustQueue(stores, models));
  const held: HeldMember[] = [];
  for (const [at, { model: name, ...member }] of members.entries()) {
    const model = models.get(name);
    if (!model) continue;
    assertNotRetired(model);
    if (model.primary === null) throw firstVersion(name, at);
    const asked = { ...request, ...member, queuesTogether };
    if (!hasSucceeded(same, { model: name })) await assertStartable(stores, model, asked);
    const { freeze } = parseKeptPolicy(settledTerms(model, asked).policy);
    held.push({ model: name, freeze, overridesFreeze: asked.overrideFreeze ?? false });
  }
  if (!same) assertSomeMomentForAll(held);
}

/** Its members in the order in which they were asked for, to which pointers lead. */
const asAsked = (members: StartGroup['members'], group: GroupRecord): GroupRecord['members'] =>
  members.flatMap(({ model }) => group.members.filter((one) => one.model === model));

type AsMember = Omit<StartGroup, 'members'> & Pick<StartRollout, 'groupId' | 'queuesTogether' | 'now'>;

async function someMustQueue(stores: Stores, models: ReadonlyMap<string, ModelRecord>): Promise<boolean> {
  for (const model of models.values()) if (await mustQueue(stores, model)) return true;
  return false;
}

async function startMember(
  stores: Stores,
  { model, policy, ...member }: NewMember,
  { members: _, ...asked }: AsMember & Pick<StartGroup, 'members'>,
): Promise<void> {
  const own = policy === undefined ? {} : { policy };
  const rollout = await startRollout(stores, model, { ...asked, ...member, ...own });
  if (!policyOf(rollout).steps.some(({ kind }) => kind === 'bake')) throw needsBake(model);
}

/** @throws DomainError `group_member_twice` */
export function assertDistinct(names: readonly string[]): void {
  const at = names.findIndex((name, i) => names.indexOf(name) !== i);
  if (at === -1) return;
  throw new DomainError(
    'invalid',
    'group_member_twice',
    `"${names[at] ?? ''}" is named twice. A release group has one version of each of its models.`,
    [{ pointer: `/members/${at}/model`, detail: 'named before' }],
  );
}

/** The group of these very versions that is under way already, where they are in one. @throws DomainError `group_member_released` where only some are, or by themselves */
async function underWay(
  stores: Stores,
  models: ReadonlyMap<string, ModelRecord>,
  members: StartGroup['members'],
): Promise<GroupRecord | null> {
  const groups = new Set<string | null>();
  for (const [at, { model: name, version }] of members.entries()) {
    const model = models.get(name);
    const own = model && (await unendedOf(stores, model, version, await stores.rollouts.findLive(model.id)));
    groups.add(own?.groupId ?? null);
    if (own && own.groupId === null) throw released(name, version, own.id, at);
  }
  const known = [...groups].filter((id) => id !== null);
  const group = known.length === 1 ? await stores.groups.find(known[0] ?? '') : null;
  if (group && isOf(group, members)) return group;
  const [other] = known;
  if (other === undefined) return null;
  const whole = await stores.groups.find(other);
  const broke = whole && whatBroke(whole);
  if (broke !== null)
    throw new DomainError(
      'conflict',
      'group_member_released',
      `The release group ${other} of these versions goes back: ${broke}. Ask again once it has ended.`,
    );
  throw new DomainError(
    'conflict',
    'group_member_released',
    `Some of these versions are in the release group ${other} already, with others. Abort that first (POST /api/v1/release-groups/${other}/abort).`,
  );
}

/** Are these the members of the group, each under way or, by an admin's hand, past its end already? */
const isOf = (group: GroupRecord, members: StartGroup['members']): boolean =>
  group.members.length === members.length &&
  members.every(({ model, version }) =>
    group.members.some(
      (one) =>
        one.model === model && one.version === version && (one.endedAt === null || one.state === 'succeeded'),
    ),
  );

/** What has come to its end with success is not asked for again. */
const hasSucceeded = (group: GroupRecord | null, { model }: Pick<NewMember, 'model'>): boolean =>
  group?.members.find((one) => one.model === model)?.state === 'succeeded';

const released = (model: string, version: number, rollout: string, at: number): DomainError =>
  new DomainError(
    'conflict',
    'group_member_released',
    `Version ${version} of "${model}" is being released by itself already. Abort that first (POST /api/v1/rollouts/${rollout}/abort), or leave it out of the group.`,
    [{ pointer: `/members/${at}`, detail: 'has a rollout of its own' }],
  );

const firstVersion = (model: string, at: number): DomainError =>
  new DomainError(
    'conflict',
    'group_first_version',
    `"${model}" has no primary yet, so it has nothing to go back to when another member fails. Release its first version by itself.`,
    [{ pointer: `/members/${at}`, detail: 'its model serves nothing yet' }],
  );

const needsBake = (model: string): DomainError =>
  new DomainError(
    'invalid',
    'group_needs_bake',
    `The policy of "${model}" has no bake: it could not go back when another member fails after the promotion. Add one, such as { "bake": { "duration": "10m" } }.`,
    [{ pointer: '/policy', detail: 'has no bake' }],
  );
