import { lookAt, reconcileRollout, sweepOnce, verdictsDiffer } from '#libs/engine';
import { isLive } from '#libs/rollout';
import { Breach } from '../../support/memory/breach.ts';
import type { World } from '../world.ts';

/** One turn of a worker's sweep; of the jobs that come of it some are lost. */
export async function sweep(world: World, n: number): Promise<void> {
  const { db } = world;
  await db.refresh();
  if (n % 3 === 0) await db.uow.run((stores) => stores.agenda.tidy());
  const due = [...db.state.agenda].filter(([, entry]) => entry.dueAt <= db.nowMs).map(([id]) => id);
  const { handOver } = await sweepOnce(db.uow, 1_000, 1_000);
  await db.refresh();
  for (const id of due) if (!handOver.includes(id)) await expectNothingToDo(world, id);
  // In an order that does not hang on the database's.
  const order = world.rollouts();
  const jobs = [...handOver].sort((a, b) => order.indexOf(a) - order.indexOf(b));
  for (const id of n % 7 === 0 ? jobs.slice(1) : jobs) await reconcileRollout(world.ports, id);
}

/** What a sweep leaves alone, a worker of its own would have left alone too. */
async function expectNothingToDo(world: World, id: string): Promise<void> {
  const rollout = world.db.state.rollouts.get(id);
  if (!rollout || !isLive(rollout.state)) return;
  if (rollout.queued) {
    if ((rollout.startAt ?? 0) > world.db.nowMs) return;
    throw new Breach(`the sweep left ${id} alone, whose time has come`);
  }
  const { decision } = await world.db.uow.run(async (stores) =>
    lookAt(stores, rollout, await stores.evidence.ofRollout(rollout.id)),
  );
  // A bake that its policy leaves to a person is told of once.
  const isTold =
    decision.kind === 'pause' && rollout.state === 'baking' && rollout.decision?.kind === 'pause';
  if ((decision.kind !== 'hold' && !isTold) || verdictsDiffer(rollout, decision))
    throw new Breach(`the sweep left ${id} alone, but ${decision.kind}: ${decision.because}`);
}
