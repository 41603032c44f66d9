import {
  carryOut,
  crossingOf,
  crossTogether,
  look,
  Probes,
  probeTargets,
  targetsOf,
  withItsGroup,
} from '#libs/engine';
import type { World } from '../world.ts';

/** A worker looks, decides, and stops. */
export async function stopAfterLook(world: World, n: number): Promise<void> {
  const { uow } = world.db;
  const id = world.pickLive(n);
  const looked = id ? await look(uow, id) : null;
  const seen = looked && (await withItsGroup(uow, looked));
  const targets = seen && targetsOf(seen.rollout, seen.decision, seen.view.policy);
  const probes = targets ? await probeTargets(world.asking, seen.rollout.model, targets) : Probes.NONE;
  if (seen) world.inHand.push({ seen, probes });
}

/** A worker that was stopped goes on with what it had decided, however long ago. */
export async function goOnWithOldLook(world: World, n: number): Promise<void> {
  const found = world.inHand[n % Math.max(1, world.inHand.length)];
  if (!found) return;
  const { groupId, state } = found.seen.rollout;
  const crossing = groupId === null ? null : crossingOf(found.seen.decision, state);
  if (crossing === null) await carryOut(world.db.uow, found.seen, found.probes);
  else await crossTogether(world.asking, found.seen, crossing);
}
