import {
  actOnGroup,
  actOnRollout,
  GROUP_WORDS,
  groupRevision,
  MODEL_ACTIONS,
  type ModelAction,
  possibleActions,
  possibleGroupWords,
  possibleModelActions,
  Probes,
  promoteVersion,
  requireGroup,
  requireModel,
  requireRollout,
  retireModel,
  retryGroup,
  rollBack,
  type RolloutRecord,
  startRollout,
  type Stores,
  unretireModel,
  VERSION_ACTIONS,
  type VersionAction,
} from '#libs/engine';
import { DomainError } from '#libs/kernel';
import { ACTIONS } from '#libs/rollout';
import { Breach } from '../support/memory/breach.ts';
import { membersOf } from './invariants/group-invariant.ts';
import type { World } from './world.ts';

/*
 * What an answer offers is what the product then does: each action that is listed is carried out, and each that is not is refused, or changes
 * nothing as it is so already. All is tried in transactions that are undone. Who asks (four eyes) and what servers would say when they are
 * asked is not known to an answer: an admin asks here who had no hand in anything, and all servers are forced.
 */
const MOST_VERSIONS = 3;
const FORCED_WORD = { reason: 'r', actor: 'nora', probes: Probes.FORCED };
const WORD = { reason: 'r', actor: 'nora', authority: 'admin' } as const;
/** Those that a freeze window holds are said through it; the others have no use for that, and would be refused. */
const FROZEN: ReadonlySet<string> = new Set(['skip', 'promote', 'finish', 'retry']);
const wordFor = (action: string) => ({ ...WORD, ...(FROZEN.has(action) && { overrideFreeze: true }) });

class Undone extends Error {}

/** Does something in a transaction that is not kept. @returns what it was refused for, else what it returned */
async function tried<T>({ db }: World, act: (stores: Stores) => Promise<T>): Promise<T | DomainError> {
  const kept: { value?: T } = {};
  try {
    await db.uow.run(async (stores) => {
      kept.value = await act(stores);
      throw new Undone();
    });
  } catch (error) {
    if (error instanceof DomainError) return error;
    if (!(error instanceof Undone)) throw error;
  }
  return kept.value as T;
}

/**
 * @returns what was tried, and whether it was offered, such as `group promote yes`
 * @throws Breach where what is offered of any rollout or group is not what would be done
 */
export async function checkOffers(world: World): Promise<ReadonlySet<string>> {
  await world.db.refresh();
  const met = new Set<string>();
  const note = (whose: string, all: readonly string[], offered: readonly string[]): void => {
    for (const one of all) met.add(`${whose} ${one} ${offered.includes(one) ? 'yes' : 'no'}`);
  };
  for (const rollout of world.db.state.rollouts.values())
    note('rollout', ACTIONS, await checkRollout(world, rollout));
  for (const id of world.db.state.groups.keys()) note('group', GROUP_WORDS, await checkGroup(world, id));
  const retiring: string[] = [];
  for (const model of world.db.state.models.values()) {
    const newest = [...world.db.state.versions.values()]
      .filter(({ modelId }) => modelId === model.id)
      .map(({ version }) => version)
      .slice(-MOST_VERSIONS);
    const offered = await checkModel(world, model.name, null);
    note('model', MODEL_ACTIONS, offered);
    for (const version of newest)
      note('version', VERSION_ACTIONS, await checkModel(world, model.name, version));
    if (offered.includes('retire')) retiring.push(model.name);
  }
  // Few runs end with a model that is retired: here each is that can be, at the last.
  for (const name of retiring) {
    await world.db.uow.run((stores) => retireModel(stores, name, FORCED_WORD));
    note('model', MODEL_ACTIONS, await checkModel(world, name, null));
  }
  return met;
}

/** What changes of a model by a word that is carried out. */
async function standing(stores: Stores, name: string): Promise<string> {
  const model = await requireModel(stores, name);
  const live = await stores.rollouts.findLive(model.id);
  const queued = await stores.rollouts.queued(model.id);
  const of = ({ id, state }: RolloutRecord): string => `${id} ${state}`;
  return JSON.stringify([model.primary, model.retirement, live && of(live), queued.map(of)]);
}

const SAID: Readonly<
  Record<ModelAction | VersionAction, (stores: Stores, name: string, version: number) => Promise<unknown>>
> = {
  release: (stores, name, version) =>
    startRollout(stores, name, { version, reason: 'r', actor: 'nora', authority: 'admin' }),
  promote: (stores, name, version) => promoteVersion(stores, name, version, FORCED_WORD),
  async rollback(stores, name) {
    const model = await requireModel(stores, name);
    const live = await stores.rollouts.findLive(model.id);
    return rollBack(stores, name, null, {
      ...FORCED_WORD,
      from: live?.version ?? model.primary ?? undefined,
    });
  },
  retire: (stores, name) => retireModel(stores, name, FORCED_WORD),
  unretire: (stores, name) => unretireModel(stores, name, null, FORCED_WORD),
};

/** @param version `null`: what is done to the model as a whole */
async function checkModel(world: World, name: string, version: number | null): Promise<readonly string[]> {
  const possible = await world.db.uow.read(async (stores) =>
    possibleModelActions(stores, await requireModel(stores, name), version),
  );
  const offered = possible.filter(({ hindrance }) => hindrance === null).map(({ action }) => action);
  for (const action of version === null ? MODEL_ACTIONS : VERSION_ACTIONS) {
    const said = await tried(world, async (stores) => {
      const before = await standing(stores, name);
      await SAID[action](stores, name, version ?? 0);
      return (await standing(stores, name)) !== before;
    });
    const isOffered = offered.includes(action);
    check(`${name} ${version ?? ''}`, action, { isOffered, said });
    if (isOffered && said === false)
      throw new Breach(`${name} ${version ?? ''}: "${action}" is offered, and changes nothing`);
    const why = possible.find((one) => one.action === action)?.hindrance?.code ?? '';
    if (said instanceof DomainError && said.code !== why)
      throw new Breach(
        `${name} ${version ?? ''}: "${action}" is refused for ${said.code}, and was said to be for ${why}`,
      );
  }
  return offered;
}

async function checkGroup(world: World, id: string): Promise<readonly string[]> {
  const offered = await world.db.uow.read(async (stores) =>
    possibleGroupWords(stores, await requireGroup(stores, id)),
  );
  for (const action of GROUP_WORDS) {
    const said = await tried(world, async (stores) => {
      const before = groupRevision(await requireGroup(stores, id));
      const { members } = await requireGroup(stores, id);
      const probes = new Map(members.map(({ model }) => [model, Probes.FORCED]));
      const after =
        action === 'retry'
          ? await retryGroup(stores, id, wordFor(action))
          : await actOnGroup(stores, id, { ...wordFor(action), action, probes });
      return after.id !== id || groupRevision(after) !== before;
    });
    check(
      `group of ${membersOf(world.db.state, id)
        .map(({ model, version, state }) => `${model} ${version} ${state}`)
        .join(', ')}`,
      action,
      { isOffered: offered.includes(action), said },
    );
  }
  return offered;
}

async function checkRollout(world: World, { id, model, version }: RolloutRecord): Promise<readonly string[]> {
  const offered = await world.db.uow.read(async (stores) => {
    const rollout = await requireRollout(stores, id);
    return possibleActions(stores, rollout);
  });
  for (const action of ACTIONS) {
    const said = await tried(world, async (stores) => {
      const before = await requireRollout(stores, id);
      const after = await actOnRollout(stores, id, { ...wordFor(action), action, probes: Probes.FORCED });
      return after.id !== id || after.revision !== before.revision;
    });
    check(`${model} ${version}`, action, { isOffered: offered.includes(action), said });
  }
  return offered;
}

function check(
  what: string,
  action: string,
  { isOffered, said }: { readonly isOffered: boolean; readonly said: boolean | DomainError },
): void {
  if (isOffered && said instanceof DomainError)
    throw new Breach(`${what}: "${action}" is offered, and refused: ${said.code}: ${said.detail}`);
  if (!isOffered && said === true)
    throw new Breach(`${what}: "${action}" is not offered, and is carried out`);
}
