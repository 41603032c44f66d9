import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { DomainError } from '#libs/kernel';
import {
  actOnRollout,
  deleteModel,
  deleteVersion,
  Probes,
  promoteVersion,
  reconcileRollout,
  replacePrices,
  requireRollout,
  rollBack,
  type RolloutRecord,
  type StartRollout,
  startRollout,
  sweepOnce,
} from '#libs/engine';
import { deployed, reconcilePorts, register } from '../support/builders.ts';
import { freshUnitOfWork } from '../support/databases/database.ts';

/** A release at a date, on PostgreSQL: what it does meanwhile to everything else, and everything else to it. */
let db: Awaited<ReturnType<typeof freshUnitOfWork>>;
beforeAll(async () => {
  db = await freshUnitOfWork();
});
afterAll(() => db.close());

const HOUR = 3_600_000;
const AT_ONCE = { name: 'at once', steps: [], gates: [], promoteWhen: 'notFailed' };
const CANARY = {
  name: 'canary',
  steps: [{ canary: { weight: '10%', minRequests: 10, maxDuration: '1h' } }],
  gates: [{ metric: 'error_rate', maxIncrease: 0.5 }],
};
const BY = { actor: 'anna', authority: 'admin' } as const;
const now = (): Promise<number> => db.uow.read((stores) => stores.now());
const find = (id: string): Promise<RolloutRecord> => db.uow.read((stores) => requireRollout(stores, id));
const reconcile = async (id: string) => (await reconcileRollout(reconcilePorts(db.uow), id))?.kind;
const release = (model: string, version: number, over: Partial<StartRollout> = {}): Promise<RolloutRecord> =>
  db.uow.run((stores) => startRollout(stores, model, { version, ...BY, ...over }));
const codeOf = (error: unknown): string => (error instanceof DomainError ? error.code : String(error));
const refusal = (asked: Promise<unknown>): Promise<string> => asked.then(() => 'accepted', codeOf);

/** A model with these many versions, of which the first two are proven primaries. */
async function modelOf(name: string, versions: number): Promise<void> {
  for (let n = 1; n <= versions; n++) {
    const registered = await register(db.uow, name, { rollout: n <= 2 ? { policy: AT_ONCE } : false });
    await deployed(db.uow, registered);
    if (n <= 2) expect(await reconcile(registered.rollout?.id ?? '')).toBe('promote');
  }
}

/** Time passes for one rollout: there is no other way to set PostgreSQL's clock forward. */
const comes = (id: string): Promise<unknown> =>
  db.query(`UPDATE rollout SET start_at = clock_timestamp() - interval '1 ms' WHERE id = $1`, [id]);

const dueInMs = async (id: string): Promise<number> => {
  const [row] = await db.query<{ ms: number }>(
    `SELECT extract(epoch FROM due_at - clock_timestamp())::float8 * 1000 AS ms FROM agenda WHERE rollout_id = $1`,
    [id],
  );
  return row?.ms ?? NaN;
};

it('waits for its date with a look each minute, since clocks are set, and starts from the primary of that day', async () => {
  await modelOf('waits', 3);
  const startAt = (await now()) + HOUR / 2;
  const { id } = await release('waits', 3, { policy: CANARY, startAt });
  expect(await find(id)).toMatchObject({ state: 'pending', queued: true, startAt });
  expect((await find(id)).decision?.because).toMatch(/^starts at 20\d\d-.*Z$/);
  await sweepOnce(db.uow, 200, 1_000);
  expect(await dueInMs(id)).toBeGreaterThan(30_000);
  expect(await reconcile(id)).toBeUndefined();
  // The primary is rolled back meanwhile: the release still waits, and is compared with what serves by then.
  await db.uow.run((stores) =>
    rollBack(stores, 'waits', null, { reason: 'bad', actor: 'anna', probes: Probes.FORCED }),
  );
  expect(await find(id)).toMatchObject({ state: 'pending', queued: true });
  await comes(id);
  expect(await reconcile(id)).toBe('advance');
  expect(await find(id)).toMatchObject({ state: 'running', queued: false, from: 1 });
});

it('prices that it needs stay; where the primary of that day has none, it waits and says so', async () => {
  await modelOf('dear', 3);
  const price = { input: 1, output: 1 };
  const put = async (...versions: readonly number[]): Promise<string> =>
    refusal(
      db.uow.run(async (stores) => {
        const model = await stores.models.find('dear');
        const prices = { usual: null, versions: Object.fromEntries(versions.map((n) => [n, price])) };
        if (model) await replacePrices(stores, model, prices, BY);
      }),
    );
  expect(await put(2, 3)).toBe('accepted');
  const gates = [{ metric: 'cost_mean', maxIncrease: 0.01 }];
  const { id } = await release('dear', 3, { policy: { ...CANARY, gates }, startAt: (await now()) + HOUR });
  expect([await put(), await put(2), await put(3), await put(1, 2, 3), await put(2, 3)]).toEqual([
    ...['prices_needed', 'prices_needed', 'prices_needed'],
    ...['accepted', 'accepted'],
  ]);
  // Version 1, which has none, serves again.
  await db.uow.run((stores) =>
    rollBack(stores, 'dear', null, { reason: 'bad', actor: 'anna', probes: Probes.FORCED }),
  );
  await comes(id);
  for (const _twice of [1, 2]) expect(await reconcile(id)).toBeUndefined();
  expect(await find(id)).toMatchObject({ state: 'pending', queued: true, revision: 1 });
  expect((await find(id)).decision?.because).toMatch(/^it cannot start: .*version 1 of it has none.*prices/);
  const events = await db.uow.read((stores) => stores.events.ofRollout(id));
  expect(events.filter(({ type }) => type === 'rollout.waits')).toHaveLength(1);
  expect(await put(1, 3)).toBe('accepted');
  expect(await dueInMs(id)).toBeLessThan(1_000);
  expect(await reconcile(id)).toBe('advance');
  expect(await find(id)).toMatchObject({ state: 'running', queued: false, from: 1 });
});

it('a time that has passed is now; more than 90 days ahead is refused', async () => {
  await modelOf('bounds', 3);
  const at = await now();
  expect(await refusal(release('bounds', 3, { startAt: at + 90.1 * 24 * HOUR }))).toBe('start_too_far');
  const started = await release('bounds', 3, { startAt: at - 1 });
  expect(started).toMatchObject({ queued: false, startAt: null });
});

it('asked again: the same date changes nothing, another one moves it, and what has started stays', async () => {
  await modelOf('moved', 3);
  const startAt = (await now()) + HOUR;
  const { id } = await release('moved', 3, { policy: CANARY, startAt });
  for (const same of [await release('moved', 3, { startAt }), await release('moved', 3, { policy: CANARY })])
    expect(same).toMatchObject({ id, startAt, revision: 1 });
  // Two people at once: one of them is first, and both are on the record.
  await Promise.all([1, 2].map((n) => release('moved', 3, { startAt: startAt + n * HOUR, reason: 'later' })));
  const moved = await find(id);
  expect([startAt + HOUR, startAt + 2 * HOUR]).toContain(moved.startAt);
  expect(moved.revision).toBe(3);
  // A worker that looked before it moved does not start it.
  await release('moved', 3, { startAt: null });
  expect(await reconcile(id)).toBe('advance');
  expect(await refusal(release('moved', 3, { startAt }))).toBe('rollout_has_started');
  expect(await release('moved', 3, { startAt: null })).toMatchObject({ id, state: 'running' });
  const events = await db.uow.read((stores) => stores.events.ofRollout(id));
  expect(events.map(({ type }) => type)).toEqual([
    ...['rollout.created', 'rollout.rescheduled', 'rollout.rescheduled', 'rollout.rescheduled'],
    ...['rollout.dequeued', 'rollout.advanced'],
  ]);
});

it('newer versions: one that starts no later takes its place, one that starts later waits', async () => {
  await modelOf('newer', 5);
  const at = await now();
  const third = await release('newer', 3, { policy: CANARY, startAt: at + HOUR });
  const fourth = await release('newer', 4, { policy: CANARY, startAt: at + 2 * HOUR });
  expect((await find(third.id)).state).toBe('pending');
  const fifth = await release('newer', 5, { policy: CANARY });
  for (const { id } of [third, fourth]) expect((await find(id)).state).toBe('superseded');
  expect(await reconcile(fifth.id)).toBe('advance');
  // Its time comes while another one runs, whose policy lets newer versions take its place.
  const again = await release('newer', 4, { policy: CANARY, startAt: at + HOUR });
  expect((await find(fifth.id)).state).toBe('running');
  await comes(again.id);
  expect(await reconcile(again.id)).toBe('advance');
  expect((await find(fifth.id)).state).toBe('superseded');
});

it('where the policy says queue, one that waits for a date holds up nobody, and waits for its turn', async () => {
  await modelOf('queue', 4);
  const policy = { ...CANARY, onNewVersion: 'queue' };
  const waiting = await release('queue', 3, { policy, startAt: (await now()) + HOUR });
  const running = await release('queue', 4, { policy });
  expect(await reconcile(running.id)).toBe('advance');
  await comes(waiting.id);
  expect(await reconcile(waiting.id)).toBeUndefined();
  expect((await find(waiting.id)).decision?.because).toBe('it waits until the rollout before it has ended');
  const abort = { action: 'abort', reason: 'r', ...BY } as const;
  await db.uow.run((stores) => actOnRollout(stores, running.id, abort));
  expect(await reconcile(waiting.id)).toBe('advance');
});

it('what is asked for after its date has come comes after it', async () => {
  await modelOf('turns', 6);
  const policy = { ...CANARY, onNewVersion: 'queue' };
  expect(await reconcile((await release('turns', 3, { policy })).id)).toBe('advance');
  const before = await release('turns', 4, { policy });
  const due = await release('turns', 5, { policy, startAt: (await now()) + HOUR });
  await comes(due.id);
  const after = await release('turns', 6, { policy });
  const [model] = await db.query<{ id: string }>(`SELECT id FROM model WHERE name = 'turns'`);
  const turns = await db.uow.read((stores) => stores.rollouts.queued(model?.id ?? ''));
  expect(turns.map(({ id }) => id)).toEqual([before.id, due.id, after.id]);
  expect(turns[0]).toMatchObject({ model: 'turns', startAt: null });
  expect((await db.uow.read((stores) => stores.rollouts.nextQueued(model?.id ?? '')))?.id).toBe(before.id);
  expect(await reconcile(due.id)).toBeUndefined();
  expect((await find(due.id)).decision?.because).toBe('it waits until the rollout before it has ended');
});

it('can be aborted and released anew for the same date; an admin who promotes it ends it', async () => {
  await modelOf('ends', 4);
  const startAt = (await now()) + HOUR;
  const { id } = await release('ends', 3, { policy: CANARY, startAt });
  const act = (action: 'abort' | 'retry' | 'pause', more: object = {}): Promise<RolloutRecord> =>
    db.uow.run((stores) => actOnRollout(stores, id, { action, reason: 'r', ...BY, ...more }));
  expect(await refusal(act('pause', { startAt }))).toBe('start_of_retry_only');
  await act('abort');
  const retried = await act('retry');
  expect(retried).toMatchObject({ state: 'pending', queued: true, startAt });
  // Any other retry of it says nothing of a start, and moves nothing.
  expect(await act('retry')).toMatchObject({ id: retried.id, startAt });
  const word = { reason: 'now', actor: 'anna', probes: Probes.FORCED };
  await db.uow.run((stores) => promoteVersion(stores, 'ends', 3, word));
  await comes(retried.id);
  expect(await reconcile(retried.id)).toBeUndefined();
  expect((await find(retried.id)).state).toBe('superseded');
});

it('holds what it names: neither its version nor its model can be deleted meanwhile', async () => {
  const registered = await register(db.uow, 'held', {
    rollout: { policy: CANARY, startAt: (await now()) + HOUR },
  });
  const remove = (what: 'model' | 'version'): Promise<void> =>
    db.uow.run((stores) =>
      what === 'model' ? deleteModel(stores, 'held', BY) : deleteVersion(stores, 'held', 1, 'anna'),
    );
  expect(await refusal(remove('model'))).toBe('model_serves');
  expect(await refusal(remove('version'))).toBe('version_serves');
  const { id = '' } = registered.rollout ?? {};
  await db.uow.run((stores) => actOnRollout(stores, id, { action: 'abort', reason: 'r', ...BY }));
  expect(await refusal(remove('model'))).toBe('accepted');
});
