import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { idempotencyStore, Lease } from '#libs/db';
import { ingestEvidence, type Registered, type Stores } from '#libs/engine';
import { deployed, register } from '../support/builders.ts';
import { PostgresModelDatabase } from '../support/memory/postgres-model-database.ts';

/*
 * The database's clock is set back by hours (a step of NTP, a machine that was restored): what was written while it was ahead holds nothing up
 * for as long. The rules of the engine are in test/model/engine-model.test.ts, these are the ones that are SQL.
 */
const HOURS_MS = 5 * 3_600_000;

let db: PostgresModelDatabase;
let live: Registered;
beforeAll(async () => {
  db = await PostgresModelDatabase.open();
});
afterAll(() => db.close());
beforeEach(async () => {
  await db.empty();
  await deployed(db.uow, await register(db.uow, 'm'));
  live = await register(db.uow, 'm');
});

const setBack = () => db.advance(-HOURS_MS);
const claimed = async (): Promise<readonly string[]> =>
  (await db.uow.run((stores) => stores.agenda.claim(10, 5_000))).map(({ rolloutId }) => rolloutId);
const tidy = () => db.uow.run((stores) => stores.agenda.tidy());

it('makes due what waits on the agenda, for evidence too', async () => {
  const id = live.rollout!.id;
  const claims = await db.uow.run((stores) => stores.agenda.claim(10, 5_000));
  const looks = claims.map((claim) => ({ ...claim, dueInMs: 5_000, paceMs: 1_000 }));
  await db.uow.run((stores) => stores.agenda.settle(looks));
  await setBack();
  await tidy();
  expect(await claimed()).toContain(id);
  await db.uow.run((stores) => stores.agenda.wakeForEvidence([id]));
  expect(await claimed()).toContain(id);
});

it('makes due what waits to go out to subscribers', async () => {
  const to = { name: 's', url: 'http://127.0.0.1:9', secrets: [], events: ['*'], models: null };
  const id = '0190a000-0000-7000-8000-000000000001';
  await db.uow.run((stores) =>
    stores.subscriptions.insert({ id, ...to, format: 'cloudevents', createdBy: 'test' }),
  );
  const told = { modelId: live.version.modelId, rolloutId: null, type: 'told', actor: 'test', data: {} };
  await db.uow.run((stores) => stores.events.append(told));
  const due = () =>
    db.uow.run(async (stores) =>
      stores.subscriptions.claimDue(await stores.now(), { most: 10, claimMs: 60_000, without: [] }),
    );
  await setBack();
  expect(await due()).toEqual([]);
  await tidy();
  expect(await due()).toHaveLength(1);
});

it('makes due the probe that a server waits for', async () => {
  const probes = () => db.uow.run((stores) => stores.deployments.claimProbes(10));
  const first = await probes();
  expect(first.length).toBeGreaterThan(0);
  expect(await probes()).toEqual([]);
  await setBack();
  expect(await probes()).toHaveLength(first.length);
});

it('does not count a gateway as alive that has not said a word since', async () => {
  const word = { boot: 'b', acknowledged: [], entries: [] };
  await ingestEvidence(db.uow, { ...word, gateway: 'dies', sequence: 1 });
  await ingestEvidence(db.uow, { ...word, gateway: 'lives', sequence: 1 });
  await setBack();
  const heard = (stores: Stores) =>
    Promise.all([stores.routes.lastHeardAt(), stores.routes.acknowledgement(live.version.modelId, 1)]);
  expect(await db.uow.read(heard)).toEqual([null, { alive: 0, behind: [] }]);
  await ingestEvidence(db.uow, { ...word, gateway: 'lives', sequence: 2 });
  expect(await db.uow.read(heard)).toEqual([db.nowMs, { alive: 1, behind: ['lives'] }]);
});

it('asks a source again that a worker was asking when it died', async () => {
  const asked = { gates: ['g'], hurried: [] };
  const claim = () => db.uow.run((stores) => stores.sources.claimDue(live.rollout!.id, 0, asked, 30_000));
  expect(await claim()).toEqual(['g']);
  expect(await claim()).toEqual([]);
  await setBack();
  expect(await claim()).toEqual(['g']);
  expect(await claim()).toEqual([]);
});

it('gives the lease of a worker that has died to another', async () => {
  const [dead, other] = [new Lease(db.dataSource, 'clock'), new Lease(db.dataSource, 'clock')];
  await dead.start();
  await other.start();
  expect([dead.isHeld, other.isHeld]).toEqual([true, false]);
  await other.stop();
  await setBack();
  await other.start();
  expect(other.isHeld).toBe(true);
  await Promise.all([dead.stop(), other.stop()]);
});

it('does not count what a worker can do that has died', async () => {
  await db.uow.run((stores) => stores.abilities.note(['judge']));
  const seen = () => db.uow.read((stores) => stores.abilities.seen(60_000));
  expect([...(await seen())]).toEqual(['judge']);
  await setBack();
  expect([...(await seen())]).toEqual([]);
});

it('lets a server that starts begin anew, and end', async () => {
  const since = async () => {
    const [first] = await db.uow.run((stores) => stores.deployments.claimProbes(10));
    return first!.known.since!;
  };
  expect(await since()).toBeLessThanOrEqual(db.nowMs);
  await setBack();
  expect(await since()).toBeLessThanOrEqual(db.nowMs);
});

it('gives the key of a request whose process has died to its repeat', async () => {
  const keys = idempotencyStore(db.dataSource, 24 * 3_600_000);
  const id = { tokenId: '0190a000-0000-7000-8000-000000000002', key: 'clock' };
  const claim = (attempt: string) => keys.claim({ ...id, attempt }, 'hash');
  expect((await claim('0190a000-0000-7000-8000-000000000003')).kind).toBe('new');
  await setBack();
  expect((await claim('0190a000-0000-7000-8000-000000000004')).kind).toBe('new');
});
