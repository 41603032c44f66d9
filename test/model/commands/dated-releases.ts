import { registerVersion, startRollout } from '#libs/engine';
import { isLive } from '#libs/rollout';
import { lenientPorts, newVersion } from '../../support/builders.ts';
import { POLICIES } from './policies.ts';
import type { World } from '../world.ts';

/**
 * A version is released for a date (soon, later, past, now), or one that waits in the queue gets another date. That nothing of it
 * happens before is an invariant of its record (`checkStart`). Mutant: `starts-before-its-time`.
 */
export async function releaseAtADate(
  { db }: World,
  model: string,
  n: number,
  servingUrl: string | null,
): Promise<void> {
  await db.refresh();
  const startAt = [db.nowMs + 4_000, db.nowMs + 90_000, db.nowMs - 1_000, null][(n >> 1) % 4] ?? null;
  const by = { actor: 'test', authority: 'admin' } as const;
  const waiting = [...db.state.rollouts.values()].find(
    (one) => one.model === model && one.queued && isLive(one.state),
  );
  if (waiting && n % 3 !== 0) {
    const { version } = waiting;
    await db.uow.run((stores) => startRollout(stores, model, { version, startAt, ...by }));
    return;
  }
  const policy = POLICIES[(n >> 3) % POLICIES.length];
  const version = newVersion({ rollout: { policy, startAt }, servingUrl });
  await registerVersion(lenientPorts(db.uow), model, version, by);
}
