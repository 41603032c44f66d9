import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { idempotencyStore, Lease } from '#libs/db';
import { ingestEvidence, reconcileRollout, type Registered, type Stores } from '#libs/engine';
import { ERA, sliceAt, sliceNumber } from '#libs/stats';
import { deployed, reconcilePorts, register, tally } from '../support/builders.ts';
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
      stores.subscriptions.claimDue(await stores.now(), {
        most: 10,
        claimMs: 60_000,
        rooms: { each: 10, of: new Map() },
      }),
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

it('keeps evidence of before in slices of an era before, beside which what comes now is new', async () => {
  const look = ({ rollout }: Registered) => reconcileRollout(reconcilePorts(db.uow), rollout!.id);
  const first = await register(db.uow, 'n');
  await deployed(db.uow, first);
  await look(first);
  const second = await register(db.uow, 'n');
  await deployed(db.uow, second);
  await look(second);
  const rolloutId = second.rollout!.id;
  await db.refresh();
  const { revision } = db.state.routes.findLast((route) => route.rolloutId === rolloutId)!;
  let sequence = 0;
  const count = async (n: number): Promise<void> => {
    await db.refresh();
    for (const ago of [0, 1_000]) {
      const blocks = { error: { [sliceAt(db.nowMs - ago)]: { n, sum: 0 } } };
      await ingestEvidence(db.uow, {
        ...{ gateway: 'g', boot: 'b', sequence: ++sequence, acknowledged: [] },
        entries: [{ rolloutId, revision, arm: 'shadow', tally: { ...tally(n), blocks } }],
      });
    }
  };
  const slices = async () => {
    const steps = await db.uow.run((stores) => stores.evidence.ofRollout(rolloutId));
    const [step] = Object.values(steps);
    return (step?.start?.[0]?.shadow ?? step?.shadow)?.blocks?.['error'];
  };
  await count(1);
  const before = sliceNumber(db.nowMs);
  await setBack();
  const moved = { [`t0.${before - ERA}`]: { n: 1, sum: 0 }, [`t0.${before - ERA - 1}`]: { n: 1, sum: 0 } };
  // As it is read, and as it is kept.
  expect(await slices()).toEqual(moved);
  await count(2);
  const now = sliceNumber(db.nowMs);
  expect(await slices()).toEqual({
    ...moved,
    [`t0.${now}`]: { n: 2, sum: 0 },
    [`t0.${now - 1}`]: { n: 2, sum: 0 },
  });
});
