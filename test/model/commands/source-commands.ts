import { actOnRollout, policyOf, reconcileRollout, type RolloutRecord } from '#libs/engine';
import { POLICIES, SOURCE } from './policies.ts';
import { bringAbout } from '../scene.ts';
import type { World } from '../world.ts';

/** A metric source is away until its rollout is paused for that; now and then somebody resumes it, and it is looked at again. */
export async function silence(world: World, model: string, n: number): Promise<void> {
  const { db } = world;
  if (n % 4 === 1) await bringAbout(world, { ...ASKING, model });
  const after = world.mood;
  world.mood = 'error';
  const rollout = [...db.state.rollouts.values()].find((r) => r.state === 'running' && asksSource(r));
  if (!rollout) return;
  for (let turn = 0; turn < 6; turn++) {
    await world.traffic(2, false);
    await reconcileRollout(world.ports, rollout.id);
    await db.advance(4_000);
  }
  world.mood = after;
  await db.refresh();
  if (n % 3 === 0 || db.state.rollouts.get(rollout.id)?.state !== 'paused') return;
  const word = { action: 'resume', reason: 'r', actor: 'anna', authority: 'operate' } as const;
  await db.uow.run((stores) => actOnRollout(stores, rollout.id, word));
  if (n % 3 === 1) await world.traffic(10 + (n % 30), false);
  await reconcileRollout(world.ports, rollout.id);
}

/**
 * A person pauses and resumes a rollout while its source is thinking; the next look is sooner than the source is due. Most often in a
 * step that time does not hold.
 */
export async function resumeMeanwhile(world: World, model: string, n: number): Promise<void> {
  world.resumesMeanwhile = true;
  if (n % 4 === 0) return;
  const { db } = world;
  if (n % 4 === 1) await bringAbout(world, { ...ASKING, model });
  for (let turn = 0; turn < 8; turn++) {
    await db.refresh();
    const rollout = [...db.state.rollouts.values()].find((r) => r.state === 'running' && asksSource(r));
    if (!rollout) return;
    const step = policyOf(rollout).steps[rollout.stepIndex];
    world.resumesMeanwhile = step?.kind === 'canary' && step.minDurationMs === 0;
    const isThere = world.resumesMeanwhile;
    await world.traffic(10, false);
    await reconcileRollout(world.ports, rollout.id);
    if (isThere && !world.resumesMeanwhile) return;
    await db.advance(5_000);
  }
}

/** A rollout whose source is asked, in its first steps. */
const ASKING = {
  ...{ turns: 2, isPaused: false },
  policy: POLICIES.findIndex(({ gates }) => JSON.stringify(gates).includes(SOURCE)),
};

const asksSource = (rollout: RolloutRecord): boolean =>
  policyOf(rollout).gates.some(({ name }) => name === SOURCE);
