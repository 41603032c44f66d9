import fc from 'fast-check';
import {
  carryOutAction,
  probesOfAction,
  reconcileRollout,
  recordDeployment,
  registerVersion,
} from '#libs/engine';
import { DomainError } from '#libs/kernel';
import { isLive, type Action } from '#libs/rollout';
import { lenientPorts, newVersion } from '../support/builders.ts';
import { POLICIES } from './commands/policies.ts';
import type { World } from './world.ts';

/** A rollout somewhere on its way, with or without a person's pause: every state of every policy comes about as often as others. */
export interface Scene {
  readonly model: string;
  /** Index into `POLICIES`. */
  readonly policy: number;
  /** So many looks of a worker after its release, 2.5 s apart, with callers in between. */
  readonly turns: number;
  readonly isPaused: boolean;
}

export const scenes = (models: readonly string[]): fc.Arbitrary<Scene> =>
  fc.record({
    model: fc.constantFrom(...models),
    policy: fc.nat(POLICIES.length - 1),
    turns: fc.nat(16),
    isPaused: fc.boolean(),
  });

const act = async (world: World, id: string, action: Action): Promise<void> => {
  const rollout = world.db.state.rollouts.get(id);
  if (!rollout) return;
  const probes = await probesOfAction(world.asking, rollout, action);
  const word = { action, reason: 'r', actor: 'anna', authority: 'admin', probes } as const;
  await world.db.uow
    .run((stores) => carryOutAction(stores, id, word))
    .catch((error: unknown) => {
      if (!(error instanceof DomainError)) throw error;
    });
};

/** Ends what the model has live, releases a version, and lets all go well with it for so many turns; nobody approves. */
export async function bringAbout(world: World, { model, policy, turns, isPaused }: Scene): Promise<void> {
  const { db } = world;
  world.startServers();
  world.mood = 'pass';
  await db.refresh();
  for (const { id } of [...db.state.rollouts.values()].filter((r) => r.model === model && isLive(r.state)))
    await act(world, id, 'abort');
  const document = newVersion({
    rollout: { policy: POLICIES[policy] },
    servingUrl: 'http://127.0.0.1:9',
  });
  const made = await registerVersion(lenientPorts(db.uow), model, document, {
    actor: 'test',
    authority: 'admin',
  });
  const id = made.rollout?.id;
  if (id === undefined) return;
  const { modelId, version } = made.version;
  const deployment = { modelId, version, state: 'ready' as const, url: 'http://127.0.0.1:9', message: '' };
  await recordDeployment(db.uow, model, deployment);
  for (let turn = 0; turn < turns; turn++) {
    await world.traffic(10, false);
    await reconcileRollout(world.ports, id);
    await db.advance(2_500);
  }
  await db.refresh();
  if (isPaused) await act(world, id, 'pause');
  await db.refresh();
}
