import { actOn, promoteAtOnce, recordDeployment, reconcileRollout, registerVersion } from '#libs/engine';
import { DomainError } from '#libs/kernel';
import { isLive } from '#libs/rollout';
import { lenientPorts, newVersion } from '../../support/builders.ts';
import type { World } from '../world.ts';

/** Few, so that models often have the same artifact: in environments, and under two numbers. */
const DIGESTS = 4;
export const artifactBy = (n: number) => ({
  uri: `https://artifacts.example/${n % DIGESTS}`,
  digest: `sha256:${String(n % DIGESTS).repeat(64)}`,
});

/** A version that runs and is released by nobody yet. @param servingUrl `null`: only by its deployment @returns its number */
export async function prepared(
  world: World,
  model: string,
  artifact: ReturnType<typeof artifactBy>,
  upstreams: { readonly model: string; readonly version: number }[] = [],
  servingUrl: string | null = 'http://127.0.0.1:9',
): Promise<number> {
  const { uow } = world.db;
  const document = newVersion({ artifact, upstreams, rollout: false, servingUrl });
  const { version } = await registerVersion(lenientPorts(uow), model, document, {
    ...{ actor: 'test', authority: 'admin' },
  });
  const { modelId, version: number } = version;
  const deployment = { modelId, version: number, url: 'http://127.0.0.1:9', message: '' };
  await recordDeployment(uow, model, { ...deployment, state: 'ready' });
  await world.db.refresh();
  return number;
}

/** An admin puts one more version in the place of the primary, at once. */
export async function proveAnother(world: World, model: string, n: number): Promise<void> {
  await endLive(world, [model]);
  const version = await prepared(world, model, artifactBy(n));
  await promoteAtOnce(world.asking, model, version, { reason: 'it is known', actor: 'admin' }).catch(refused);
  await world.db.refresh();
}

/** All goes well with these rollouts for so many turns; nobody approves. */
export async function goOnWith(world: World, ids: readonly string[], turns: number): Promise<void> {
  for (let turn = 0; turn < turns; turn++) {
    await world.traffic(10, false);
    for (const id of ids) await reconcileRollout(world.ports, id);
    await world.db.advance(2_500);
  }
  await world.db.refresh();
}

/** A person ends whatever these models have under way, where that can be. */
export async function endLive(world: World, models: readonly string[]): Promise<void> {
  const { asking, db } = world;
  await db.refresh();
  const word = { action: 'abort', reason: 'r', actor: 'anna', authority: 'admin' } as const;
  for (const { id, model, state } of [...db.state.rollouts.values()]) {
    if (!models.includes(model) || !isLive(state)) continue;
    await actOn(asking, id, word).catch(refused);
  }
  await db.refresh();
}

/** What is refused changes nothing, and the command goes on. */
export function refused(error: unknown): void {
  if (!(error instanceof DomainError)) throw error;
}
