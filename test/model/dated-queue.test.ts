import { expect, it } from '@jest/globals';
import {
  actOnRollout,
  reconcileRollout,
  requireRollout,
  type RolloutRecord,
  type StartRollout,
  startRollout,
} from '#libs/engine';
import { deployed, reconcilePorts, register } from '../support/builders.ts';
import { MemoryDatabase } from '../support/memory-stores.ts';

/** Releases at a date among others that wait, with a clock that can be set forward. */
const HOUR = 3_600_000;
const AT_ONCE = { name: 'at once', steps: [], gates: [], promoteWhen: 'notFailed' };
const CANARY = {
  name: 'canary',
  steps: [{ canary: { weight: '10%', minRequests: 10, maxDuration: '1h' } }],
  gates: [{ metric: 'error_rate', maxIncrease: 0.5 }],
};
const QUEUE = { ...CANARY, onNewVersion: 'queue' };
const BY = { actor: 'anna', authority: 'admin' } as const;

/** Model `m` with six versions, of which the first is primary, and the second was too, where `proven` is 2. */
async function world(proven = 1) {
  const db = new MemoryDatabase();
  const find = (id: string): Promise<RolloutRecord> => db.uow.read((stores) => requireRollout(stores, id));
  const reconcile = async (id: string) => (await reconcileRollout(reconcilePorts(db.uow), id))?.kind;
  const release = (version: number, over: Partial<StartRollout> = {}): Promise<RolloutRecord> =>
    db.uow.run((stores) => startRollout(stores, 'm', { version, policy: CANARY, ...BY, ...over }));
  const abort = (id: string): Promise<RolloutRecord> =>
    db.uow.run((stores) => actOnRollout(stores, id, { action: 'abort', reason: 'r', ...BY }));
  for (let n = 1; n <= 6; n++) {
    const registered = await register(db.uow, 'm', { rollout: n <= proven ? { policy: AT_ONCE } : false });
    await deployed(db.uow, registered);
    if (n <= proven) expect(await reconcile(registered.rollout?.id ?? '')).toBe('promote');
  }
  return { db, find, reconcile, release, abort };
}

it('a date that has come is a place in the queue: what is asked for after it comes after it', async () => {
  const { db, find, reconcile, release, abort } = await world();
  const live = await release(2, { policy: QUEUE });
  expect(await reconcile(live.id)).toBe('advance');
  const before = await release(3, { policy: QUEUE });
  const dated = await release(4, { policy: QUEUE, startAt: db.nowMs + HOUR });
  await db.advance(2 * HOUR);
  const after = await release(5, { policy: QUEUE });
  for (const { id } of [dated, before, after]) expect(await reconcile(id)).toBeUndefined();
  // It does not come first, and says so all the same.
  expect((await find(dated.id)).decision?.because).toBe('it waits until the rollout before it has ended');
  const started: number[] = [];
  let running = live;
  for (const { id } of [before, dated, after]) {
    await abort(running.id);
    for (const one of [after, dated, before])
      if ((await reconcile(one.id)) === 'advance') started.push(one.version);
    running = await find(id);
  }
  expect(started).toEqual([3, 4, 5]);
});
