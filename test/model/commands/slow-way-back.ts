import {
  goBack,
  promoteAtOnce,
  recordDeployment,
  reconcileRollout,
  registerVersion,
  type RolloutRecord,
} from '#libs/engine';
import { isLive } from '#libs/rollout';
import { Breach } from '../../support/memory/breach.ts';
import { lenientPorts, newVersion } from '../../support/builders.ts';
import type { World } from '../world.ts';
import { artifactBy, endLive, prepared, proveAnother, refused } from './on-their-way.ts';
import { POLICIES } from './policies.ts';

/** Longer than a repeat of a command is known by the time. */
const LATER_MS = 12_000;

/**
 * A model goes back to a version whose server was taken down since, and which is deployed first. Until it is there, neither the same word
 * again, however much later, nor a release takes the way back away. Mutants: `word-again-undoes`, `promotion-again-undoes`, `release-undoes-word`.
 */
export async function goBackSlowly(world: World, model: string, n: number): Promise<void> {
  const { db, asking } = world;
  const word = { reason: 'incident', actor: 'carl' };
  await endLive(world, [model]);
  const down = await deployed(world, model, n);
  await proveAnother(world, model, n);
  const found = db.state.models.get(model);
  if (!found || found.primary === null || found.primary === down) return;
  await recordDeployment(db.uow, model, {
    ...{ modelId: found.id, version: down, state: 'retired', url: null, message: 'out of reach' },
  });
  const { rollout } = await goBack(asking, model, down, word).catch(refusedMove);
  await db.refresh();
  if (!rollout || !isWaiting(db.state.rollouts.get(rollout.id))) return;
  await db.advance(LATER_MS);
  await SAID[n % SAID.length]?.(world, model, { n, word, from: found.primary, version: down });
  await db.refresh();
  if (!isWaiting(db.state.rollouts.get(rollout.id)))
    throw new Breach(`${model}: the way back to version ${down} was taken away while it was deployed`);
  if (n % 2 === 0) await arrives(world, model, { id: rollout.id, version: down });
}

/** What anybody says meanwhile. */
interface Said {
  readonly n: number;
  readonly word: { readonly reason: string; readonly actor: string };
  readonly from: number;
  readonly version: number;
}
const SAID: readonly ((world: World, model: string, said: Said) => Promise<unknown>)[] = [
  ({ asking }, model, { word }) => goBack(asking, model, null, word).catch(refused),
  ({ asking }, model, { word, from }) => goBack(asking, model, null, { ...word, from }).catch(refused),
  ({ asking }, model, { word, version }) => goBack(asking, model, version, word).catch(refused),
  ({ asking }, model, { word, version }) => promoteAtOnce(asking, model, version, word).catch(refused),
  async ({ db }, model, { n }) =>
    registerVersion(
      lenientPorts(db.uow),
      model,
      newVersion({ rollout: { policy: POLICIES[n % POLICIES.length] }, artifact: artifactBy(n) }),
      { actor: 'ci', authority: 'operate' },
    ).catch(refused),
];

/** It is deployed, and the engine moves the primary; who asks again a moment later has asked for that, and not for one version more. Mutant: `engines-way-back-is-none`. */
async function arrives(
  world: World,
  model: string,
  { id, version }: Pick<RolloutRecord, 'id' | 'version'>,
): Promise<void> {
  const { db, asking, ports } = world;
  const modelId = db.state.models.get(model)?.id ?? '';
  const url = 'http://127.0.0.1:9';
  await recordDeployment(db.uow, model, { modelId, version, state: 'ready', url, message: '' });
  await reconcileRollout(ports, id);
  await db.refresh();
  if (db.state.models.get(model)?.primary !== version) return;
  await goBack(asking, model, null, { reason: 'incident', actor: 'dora' }).catch(refused);
  await db.refresh();
  if (db.state.models.get(model)?.primary !== version)
    throw new Breach(
      `${model}: it went back to version ${version} a moment ago, and one version further by the same word`,
    );
}

const isWaiting = (rollout: RolloutRecord | undefined): boolean =>
  rollout !== undefined && isLive(rollout.state) && rollout.intent === 'rollback';

function refusedMove(error: unknown): { readonly rollout: null } {
  refused(error);
  return { rollout: null };
}

/** A version that runs by our deployer, is primary, and proven. @returns its number */
async function deployed(world: World, model: string, n: number): Promise<number> {
  const version = await prepared(world, model, artifactBy(n), [], null);
  const word = { reason: 'it is known', actor: 'admin' };
  await promoteAtOnce(world.asking, model, version, word).catch(refused);
  await world.db.refresh();
  return version;
}
