import { randomUUID } from 'node:crypto';
import { DomainError, type Instant } from '#libs/kernel';
import type { Authority } from '../authority.ts';
import { policyOf } from '../policy-of.ts';
import type { Stores } from '../ports.ts';
import type { Reach } from '../reach.ts';
import type { ModelRecord } from '../records.ts';
import { assertNotRetired } from '../retired.ts';
import { startRollout } from '../start-rollout.ts';
import { lockModels } from './lock-models.ts';
import type { GroupRecord } from './records.ts';

/** More models than these are not looked over by one person. */
export const MOST_MEMBERS = 20;

export interface StartGroup {
  readonly members: readonly {
    readonly model: string;
    readonly version: number;
    /** A policy document; the model's when left out. */
    readonly policy?: unknown;
  }[];
  readonly reason: string;
  readonly overrideFreeze?: boolean;
  readonly overrideEnvironment?: boolean;
  readonly startAt?: Instant | null | undefined;
  readonly reach: Reach;
  readonly actor: string;
  readonly authority: Authority;
}

/**
 * Starts a rollout of each member, in the caller's transaction: all, or none. Each goes its own way by its own policy
 * until it has earned promotion; then they go on together. Asking again for the same versions answers the group that is
 * under way.
 * @throws DomainError what `startRollout` refuses a member for, and `group_member_twice`, `group_first_version`,
 *   `group_needs_bake`, `group_member_released`
 */
export async function startGroup(stores: Stores, request: StartGroup): Promise<GroupRecord> {
  const { members, ...asked } = request;
  assertDistinct(members.map(({ model }) => model));
  const models = await lockModels(
    stores,
    members.map(({ model }) => model),
  );
  const same = await underWay(stores, models, members);
  if (same) return same;
  const id = randomUUID();
  await stores.groups.insert({ id, reason: request.reason, createdBy: request.actor });
  for (const [at, member] of members.entries()) {
    const { model, version, policy } = member;
    const found = models.get(model);
    if (found) assertNotRetired(found);
    if (found?.primary === null) throw firstVersion(model, at);
    const own = policy === undefined ? {} : { policy };
    const rollout = await startRollout(stores, model, { ...asked, ...own, version, groupId: id });
    if (!policyOf(rollout).steps.some(({ kind }) => kind === 'bake')) throw needsBake(model, at);
  }
  const group = await stores.groups.find(id);
  if (!group) throw new Error(`release group ${id} vanished`);
  return group;
}

function assertDistinct(names: readonly string[]): void {
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
    const live = model && (await stores.rollouts.findLive(model.id));
    const own =
      live?.version === version ? live : model && (await stores.rollouts.findQueued(model.id, version));
    groups.add(own?.groupId ?? null);
    if (own && own.groupId === null) throw released(name, version, own.id, at);
  }
  const [only = null] = groups;
  const group = only === null || groups.size > 1 ? null : await stores.groups.find(only);
  if (group?.members.length === members.length) return group;
  const other = [...groups].find((id) => id !== null);
  if (other === undefined || other === null) return null;
  throw new DomainError(
    'conflict',
    'group_member_released',
    `Some of these versions are in the release group ${other} already, with others. Abort that first (POST /api/v1/release-groups/${other}/abort).`,
  );
}

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

const needsBake = (model: string, at: number): DomainError =>
  new DomainError(
    'invalid',
    'group_needs_bake',
    `The policy of "${model}" has no bake: it could not go back when another member fails after the promotion. Add one, such as { "bake": { "duration": "10m" } }.`,
    [{ pointer: `/members/${at}/policy`, detail: 'has no bake' }],
  );
