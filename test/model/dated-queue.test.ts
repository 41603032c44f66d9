import { expect, it } from '@jest/globals';
import {
  actOnRollout,
  Probes,
  promoteVersion,
  reconcileRollout,
  type Registered,
  requireRollout,
  type RolloutRecord,
  type StartRollout,
  startRollout,
} from '#libs/engine';
import { deployed, reconcilePorts, register } from '../support/builders.ts';
import { MemoryDatabase } from '../support/memory/memory-stores.ts';

/** Releases at a date among others that wait, with a clock that can be set forward. */
const HOUR = 3_600_000;
const AT_ONCE = { name: 'at once', steps: [], gates: [], promoteWhen: 'notFailed' };
const CANARY = {
  name: 'canary',
  steps: [{ canary: { weight: '10%', minRequests: 10, maxDuration: '1h' } }],
  gates: [{ metric: 'error_rate', maxIncrease: 0.5 }],
};
const QUEUE = { ...CANARY, onNewVersion: 'queue' };
const ARTIFACT = { uri: 'file:///model', digest: `sha256:${'0'.repeat(64)}` };
const BY = { actor: 'anna', authority: 'admin' } as const;

/** Model `m` with six versions, of which the first is primary, and the last is not deployed. */
async function world() {
  const db = new MemoryDatabase();
  const find = (id: string): Promise<RolloutRecord> => db.uow.read((stores) => requireRollout(stores, id));
  const reconcile = async (id: string) => (await reconcileRollout(reconcilePorts(db.uow), id))?.kind;
  const release = (version: number, over: Partial<StartRollout> = {}): Promise<RolloutRecord> =>
    db.uow.run((stores) => startRollout(stores, 'm', { version, policy: CANARY, ...BY, ...over }));
  const abort = (id: string): Promise<RolloutRecord> =>
    db.uow.run((stores) => actOnRollout(stores, id, { action: 'abort', reason: 'r', ...BY }));
  for (let n = 1; n <= 6; n++) {
    const registered = await register(db.uow, 'm', {
      rollout: n === 1 ? { policy: AT_ONCE } : false,
      ...(n === 6 && { servingUrl: null, artifact: ARTIFACT }),
    });
    if (n < 6) await deployed(db.uow, registered);
    if (n === 1) expect(await reconcile(registered.rollout?.id ?? '')).toBe('promote');
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

it("a date that comes does not end an admin's promotion whose version is still being deployed", async () => {
  const { db, find, reconcile, release } = await world();
  const dated = await release(3, { startAt: db.nowMs + HOUR });
  const word = { reason: 'now', actor: 'anna', probes: Probes.FORCED };
  const { rollout } = await db.uow.run((stores) => promoteVersion(stores, 'm', 6, word));
  await db.advance(2 * HOUR);
  expect(await reconcile(dated.id)).toBeUndefined();
  expect((await find(rollout?.id ?? '')).endedAt).toBeNull();
  const waiting = await find(dated.id);
  expect(waiting.decision?.because).toBe('it waits until the rollout before it has ended');
  const { modelId, version } = await find(rollout?.id ?? '');
  await deployed(db.uow, { version: { model: 'm', modelId, version } } as Registered);
  expect(await reconcile(rollout?.id ?? '')).toBe('promote');
  expect(await reconcile(dated.id)).toBe('advance');
  expect(await find(dated.id)).toMatchObject({ from: 6 });
});

it.each<[what: string, version: number, startIn: number | null, after: string]>([
  ['a newer version, now', 5, null, 'superseded'],
  ['a newer version, sooner', 5, HOUR / 2, 'superseded'],
  ['a newer version, later', 5, 2 * HOUR, 'pending'],
  ['an older version, now', 3, null, 'pending'],
  ['an older version, sooner', 3, HOUR / 2, 'pending'],
  ['an older version, later', 3, 2 * HOUR, 'pending'],
])('a date gives way to newer versions only: %s', async (_what, version, startIn, after) => {
  const { db, find, reconcile, release } = await world();
  const dated = await release(4, { startAt: db.nowMs + HOUR });
  const startAt = startIn === null ? null : db.nowMs + startIn;
  const other = await release(version, { startAt });
  expect((await find(dated.id)).state).toBe(after);
  expect((await find(other.id)).endedAt).toBeNull();
  if (version > 4 || startIn === 2 * HOUR) return;
  // The older one has its days, and gives way when the date comes.
  await db.advance(HOUR / 2 + 1_000);
  expect(await reconcile(other.id)).toBe('advance');
  await db.advance(HOUR);
  expect(await reconcile(dated.id)).toBe('advance');
  expect((await find(other.id)).state).toBe('superseded');
});
