import {
  actOnGroup,
  goBack,
  GROUP_ACTIONS,
  type GroupAction,
  probesOfGroup,
  promoteAtOnce,
  startGroup,
  type StartGroup,
} from '#libs/engine';
import { isLive } from '#libs/rollout';
import { EARLIER, ensureLater, LATER, REACH } from './environment-commands.ts';
import { membersOf } from '../invariants/group-invariant.ts';
import { artifactBy, endLive, goOnWith, prepared, proveAnother, refused } from './on-their-way.ts';
import { POLICIES } from './policies.ts';
import type { World } from '../world.ts';

/** Refused: whoever is promoted by it could not go back with the others. */
const NO_WAY_BACK = { name: 'no bake', steps: [], gates: [], promoteWhen: 'notFailed' };

/** Versions of two models, or of three, are released together: each by a policy of its own, now or at a date. */
export async function releaseTogether(world: World, n: number): Promise<void> {
  const { db } = world;
  const models = ['embedder', 'ranker', ...(n % 3 === 0 && db.state.models.has(LATER) ? [LATER] : [])];
  if (n % 4 !== 0) await endLive(world, models);
  const proven = db.state.models.get('embedder');
  const same = db.state.versions.get(`${proven?.id} ${proven?.primary}`)?.artifact;
  const members: StartGroup['members'][number][] = [];
  for (const [at, model] of models.entries()) {
    const artifact = model === LATER && same ? same : artifactBy((n >> 1) + at);
    const version = await prepared(world, model, artifact);
    const policy = n % 11 === 0 ? NO_WAY_BACK : POLICIES[((n >> 2) + at * n) % POLICIES.length];
    members.push({ model, version, policy });
  }
  const startAt = n % 5 === 0 ? db.nowMs + 4_000 : null;
  const id = await start(world, members, startAt);
  // One that fails while the others still wait.
  if (n % 10 === 5) await endLive(world, ['ranker']);
  await goOnWith(world, idsOf(world, id), (n >> 3) % 14);
}

const start = async (
  { db }: World,
  members: StartGroup['members'],
  startAt: number | null,
): Promise<string> => {
  const word = { reason: 'together', actor: 'gina', authority: 'admin', reach: REACH } as const;
  const { id } = await db.uow.run((stores) => startGroup(stores, { members, startAt, ...word }));
  await db.refresh();
  return id;
};

/**
 * A group of which one member comes after a model that is not in it. That one goes back when the member has earned promotion, and waits for the other
 * one alone. Mutant: `group-walks-past-environment`.
 */
export async function losesProof(world: World, n: number): Promise<void> {
  const { db, asking } = world;
  await ensureLater(world);
  await proveAnother(world, EARLIER, n);
  await endLive(world, ['ranker', LATER]);
  const earlier = db.state.models.get(EARLIER);
  const artifact = db.state.versions.get(`${earlier?.id} ${earlier?.primary}`)?.artifact ?? artifactBy(n);
  const policy = POLICIES[n % POLICIES.length];
  const members: StartGroup['members'][number][] = [];
  for (const model of ['ranker', LATER])
    members.push({ model, version: await prepared(world, model, artifact), policy });
  const id = await start(world, members, null);
  const own = membersOf(db.state, id).filter(({ model }) => model === LATER);
  const ids = own.map((one) => one.id);
  await goOnWith(world, ids, 8);
  await goBack(asking, EARLIER, null, { reason: 'r', actor: 'olga' }).catch(refused);
  await goOnWith(world, idsOf(world, id), 8);
}

const idsOf = ({ db: { state } }: World, group: string): readonly string[] =>
  membersOf(state, group).map(({ id }) => id);

/** The newest one that is under way, else the newest one. */
function pickGroup({ db: { state } }: World): string | undefined {
  const ids = [...state.groups.keys()];
  return ids.findLast((id) => membersOf(state, id).some((one) => isLive(one.state))) ?? ids.at(-1);
}

/** All goes well with a group, so that the runs reach its crossings. */
export async function goOnTogether(world: World, n: number): Promise<void> {
  const id = pickGroup(world);
  if (id === undefined) return;
  await goOnWith(world, idsOf(world, id), 4 + (n % 10));
  if (n % 2 === 0) return;
  await actOn(world, id, 'approve').catch(refused);
  await goOnWith(world, idsOf(world, id), n % 7);
}

/** A person's word for a group: whatever makes sense, and what does not; often after an admin's word for one of it alone. */
export async function actTogether(world: World, n: number): Promise<void> {
  const id = pickGroup(world);
  const action = GROUP_ACTIONS[n % GROUP_ACTIONS.length];
  if (id === undefined || !action) return;
  const one = membersOf(world.db.state, id).find(({ state }) => isLive(state));
  if (one && n % 3 === 0)
    await promoteAtOnce(world.asking, one.model, one.version, { reason: 'now', actor: 'admin' }).catch(
      refused,
    );
  await world.db.refresh();
  await actOn(world, id, action);
}

async function actOn({ db, asking }: World, id: string, action: GroupAction): Promise<void> {
  const probes = await probesOfGroup(asking, { members: membersOf(db.state, id) }, action);
  const word = { action, reason: 'r', actor: 'hanna', authority: 'admin', probes } as const;
  // The others have no use for it, and would be refused.
  const overrideFreeze = action === 'promote' || action === 'finish';
  await db.uow.run((stores) => actOnGroup(stores, id, { ...word, overrideFreeze }));
  await db.refresh();
}
