import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  actOnRollout,
  ingestEvidence,
  Probes,
  promoteVersion,
  reconcileRollout,
  type Registered,
  rollBack,
  startRollout,
} from '#libs/engine';
import { freshUnitOfWork } from '../support/databases/database.ts';
import { deployed, FakeGateway, reconcilePorts, register, SMALL_POLICY, tally } from '../support/builders.ts';

let db: Awaited<ReturnType<typeof freshUnitOfWork>>;
let gateway: FakeGateway;
beforeEach(async () => {
  db = await freshUnitOfWork();
  gateway = new FakeGateway(db.uow);
});
afterEach(() => db.close());

const GOOD = tally(300);
const SHADOW = { primary: GOOD, shadow: tally(300, 0, { compared: 300, agreed: 299 }) };
const CANARY = { primary: GOOD, candidate: GOOD };

const rolloutId = ({ rollout }: Registered): string => rollout!.id;
const reconcile = async (registered: Registered) =>
  (await reconcileRollout(reconcilePorts(db.uow), rolloutId(registered)))?.kind;
const look = (registered: Registered) =>
  db.uow.run(async (stores) => {
    const model = (await stores.models.find(registered.version.model))!;
    const rollout = (await stores.rollouts.find(rolloutId(registered)))!;
    return { model, rollout, route: await stores.routes.find(model.id) };
  });

/** A model whose v1 is primary. */
async function withPrimary(model: string): Promise<void> {
  const first = await register(db.uow, model);
  await deployed(db.uow, first);
  expect(await reconcile(first)).toBe('promote');
}

/** v2 in the canary at 10 %. */
async function inCanary(model: string): Promise<Registered> {
  await withPrimary(model);
  const second = await register(db.uow, model, { servingUrl: 'http://127.0.0.1:8' });
  await deployed(db.uow, second, 'ready', 'http://127.0.0.1:8');
  expect(await reconcile(second)).toBe('advance');
  await gateway.acknowledge(model);
  await gateway.post(model, rolloutId(second), SHADOW);
  expect(await reconcile(second)).toBe('advance');
  await gateway.acknowledge(model);
  return second;
}

describe('a rollout', () => {
  it('promotes the first version of a model once it is deployed', async () => {
    const first = await register(db.uow, 'm');
    expect(await reconcile(first)).toBe('hold');
    expect((await look(first)).route).toBeNull();
    await deployed(db.uow, first);
    expect(await reconcile(first)).toBe('promote');
    const { model, rollout, route } = await look(first);
    expect({ primary: model.primary, state: rollout.state, route: route?.primary }).toEqual({
      primary: 1,
      state: 'succeeded',
      route: { version: 1, url: 'http://127.0.0.1:9' },
    });
  });

  it('goes shadow -> 10 % -> 50 % -> primary -> bake, one route revision at a time', async () => {
    const second = await inCanary('m');
    expect((await look(second)).route?.candidate).toMatchObject({
      version: 2,
      mode: 'canary',
      weight: 1_000,
    });
    await gateway.post('m', rolloutId(second), CANARY);
    expect(await reconcile(second)).toBe('advance');
    await gateway.acknowledge('m');
    await gateway.post('m', rolloutId(second), CANARY);
    expect(await reconcile(second)).toBe('promote');
    const { model, rollout, route } = await look(second);
    expect({ primary: model.primary, history: model.primaryHistory, state: rollout.state }).toEqual({
      primary: 2,
      history: [1, 2],
      state: 'baking',
    });
    expect(route).toMatchObject({ primary: { version: 2 }, revision: 5 });
    expect(route?.candidate).toMatchObject({ version: 1, weight: 500, heldBack: true });
    const types = await db.query<{ type: string }>(
      'SELECT type FROM event WHERE rollout_id = $1 ORDER BY sequence',
      [rolloutId(second)],
    );
    expect(types.map((e) => e.type)).toEqual([
      'rollout.created',
      'rollout.advanced',
      'rollout.step_started',
      'rollout.advanced',
      'rollout.step_started',
      'rollout.advanced',
      'rollout.step_started',
      'rollout.promoted',
    ]);
  });

  it('starts the clock of a step only when every live gateway has acknowledged its route', async () => {
    const second = await inCanary('m');
    const other = new FakeGateway(db.uow, 'gateway-2');
    await gateway.post('m', rolloutId(second), CANARY);
    await reconcile(second); // to 50 %
    await gateway.acknowledge('m');
    await other.post('m', rolloutId(second), {}); // alive, and still on an older route
    await gateway.post('m', rolloutId(second), CANARY);
    expect(await reconcile(second)).toBe('hold');
    expect((await look(second)).rollout.stepStartedAt).toBeNull();
    await other.acknowledge('m');
    expect(await reconcile(second)).toBe('promote');
  });

  it('rolls back a candidate that fails, and one that does not run', async () => {
    const second = await inCanary('m');
    await gateway.post('m', rolloutId(second), { primary: GOOD, candidate: tally(60, 55) });
    expect(await reconcile(second)).toBe('rollback');
    expect(await look(second)).toMatchObject({
      rollout: { state: 'rolled_back' },
      model: { primary: 1 },
      route: { candidate: null, primary: { version: 1 } },
    });
    const third = await register(db.uow, 'm');
    await deployed(db.uow, third, 'failed');
    expect(await reconcile(third)).toBe('rollback');
  });

  it('undoes a promotion when the new primary fails during bake', async () => {
    const second = await inCanary('m');
    await db.uow.run((stores) =>
      promoteVersion(stores, 'm', 2, { reason: 'test', actor: 'admin', probes: Probes.FORCED }),
    );
    expect((await look(second)).rollout.state).toBe('baking');
    await gateway.acknowledge('m');
    // before promotion 10 % of the canary step was healthy; now the new primary fails, as everything may
    await gateway.post('m', rolloutId(second), { primary: GOOD, candidate: GOOD }, 3);
    await gateway.post('m', rolloutId(second), { primary: tally(200, 150) });
    expect(await reconcile(second)).toBe('hold');
    // the units that were held back say that it is the version
    await gateway.post('m', rolloutId(second), { candidate: tally(100) });
    expect(await reconcile(second)).toBe('rollback');
    expect(await look(second)).toMatchObject({
      model: { primary: 1, primaryHistory: [1] },
      rollout: { state: 'rolled_back' },
      route: { primary: { version: 1 } },
    });
  });

  it('is superseded by a newer version: the older candidate leaves the traffic first', async () => {
    const second = await inCanary('m');
    const third = await register(db.uow, 'm');
    expect((await look(second)).rollout.state).toBe('superseded');
    expect((await look(third)).route?.candidate).toBeNull();
    expect(await reconcile(second)).toBeUndefined();
  });

  it('asked for twice is started once', async () => {
    await withPrimary('m');
    const second = await register(db.uow, 'm');
    const again = await db.uow.run((stores) =>
      startRollout(stores, 'm', { version: 2, actor: 'test', authority: 'submit' }),
    );
    expect(again.id).toBe(rolloutId(second));
  });
});

describe('evidence', () => {
  it('is counted once, whatever is repeated', async () => {
    const second = await inCanary('m');
    const batch = {
      gateway: 'g9',
      boot: 'b',
      sequence: 1,
      acknowledged: [],
      entries: [{ rolloutId: rolloutId(second), revision: 3, arm: 'candidate' as const, tally: tally(7, 2) }],
    };
    const ingest = async (one: typeof batch) => (await ingestEvidence(db.uow, one)).counted;
    expect(await ingest(batch)).toBe(true);
    expect(await ingest(batch)).toBe(false);
    expect(await Promise.all([2, 2, 2].map((sequence) => ingest({ ...batch, sequence })))).toEqual(
      expect.arrayContaining([true, false, false]),
    );
    const evidence = await db.uow.run((stores) => stores.evidence.ofRollout(rolloutId(second)));
    expect(evidence[1]?.candidate).toMatchObject({ requests: 14, errors: 4, latency: { count: 14 } });
  });

  it('is counted once, whatever boots of one gateway, or gateways of one name, come between', async () => {
    const sent = fc.array(fc.record({ boot: fc.constantFrom('a', 'b', 'c'), again: fc.boolean() }), {
      ...{ minLength: 1, maxLength: 12 },
    });
    let run = 0;
    await fc.assert(
      fc.asyncProperty(sent, async (batches) => {
        run++;
        const last: Record<string, number> = {};
        for (const { boot, again } of batches) {
          const known = last[boot] ?? 0;
          const sequence = again && known > 0 ? known : known + 1;
          last[boot] = sequence;
          const { counted } = await ingestEvidence(db.uow, {
            ...{ gateway: `shared-${run}`, boot, sequence, acknowledged: [], entries: [] },
          });
          expect(counted).toBe(sequence > known);
        }
      }),
      {
        numRuns: 20,
        examples: [
          [
            [
              { boot: 'a', again: false },
              { boot: 'b', again: false },
              { boot: 'a', again: true },
            ],
          ],
        ],
      },
    );
  });

  it('of an older route counts for its own step, and of an unknown one for none', async () => {
    const second = await inCanary('m');
    await gateway.post('m', rolloutId(second), { candidate: tally(5) }, 2); // the shadow's revision
    await gateway.post('m', rolloutId(second), { candidate: tally(5) }, 99);
    const evidence = await db.uow.run((stores) => stores.evidence.ofRollout(rolloutId(second)));
    expect(evidence[0]?.candidate.requests).toBe(5);
    expect(evidence[1]).toBeUndefined();
  });
});

describe('an admin', () => {
  it('takes a candidate off', async () => {
    const second = await inCanary('m');
    const moved = await db.uow.run((stores) =>
      rollBack(stores, 'm', null, { reason: 'looks odd', actor: 'admin', probes: Probes.FORCED }),
    );
    expect(moved).toMatchObject({ primary: 1, rollout: { state: 'rolled_back' } });
    expect((await look(second)).route?.candidate).toBeNull();
  });

  it('goes back primary by primary, and says so when there is none left', async () => {
    await withPrimary('m');
    for (const version of [2, 3]) {
      await register(db.uow, 'm', { rollout: false });
      await db.uow.run((stores) =>
        promoteVersion(stores, 'm', version, { reason: 'test', actor: 'admin', probes: Probes.FORCED }),
      );
    }
    const back = (from: number) =>
      db.uow.run((stores) =>
        rollBack(stores, 'm', null, { reason: 'test', actor: 'admin', probes: Probes.FORCED, from }),
      );
    expect((await back(3)).primary).toBe(2);
    expect((await back(2)).primary).toBe(1);
    await expect(back(1)).rejects.toMatchObject({ code: 'no_earlier_primary' });
    expect(
      (
        await db.uow.run((stores) =>
          rollBack(stores, 'm', 3, { reason: 'test', actor: 'admin', probes: Probes.FORCED }),
        )
      ).primary,
    ).toBe(3);
  });

  it('who promotes what does not run yet gets it as soon as it does', async () => {
    await withPrimary('m');
    const artifact = { uri: 'file:///x', digest: `sha256:${'0'.repeat(64)}` };
    const second = await register(db.uow, 'm', { rollout: false, servingUrl: null, artifact });
    const moved = await db.uow.run((stores) =>
      promoteVersion(stores, 'm', 2, { reason: 'test', actor: 'admin', probes: Probes.FORCED }),
    );
    expect(moved).toMatchObject({ primary: 1, rollout: { state: 'pending' } });
    await deployed(db.uow, second, 'ready', 'http://127.0.0.1:7');
    expect((await reconcileRollout(reconcilePorts(db.uow), moved.rollout!.id))?.kind).toBe('promote');
    expect((await db.uow.run((stores) => stores.models.find('m')))?.primary).toBe(2);
  });

  it("'s rollback is never overtaken by a promotion that was decided at the same moment", async () => {
    for (let round = 0; round < 20; round++) {
      const model = `race-${round}`;
      const second = await inCanary(model);
      await gateway.post(model, rolloutId(second), CANARY);
      await reconcile(second);
      await gateway.acknowledge(model);
      await gateway.post(model, rolloutId(second), CANARY);
      await Promise.all([
        reconcile(second),
        reconcile(second),
        db.uow.run((stores) =>
          rollBack(stores, model, null, { reason: 'race', actor: 'admin', probes: Probes.FORCED }),
        ),
      ]);
      await reconcile(second);
      expect(await look(second)).toMatchObject({
        model: { primary: 1 },
        rollout: { state: 'rolled_back' },
        route: { primary: { version: 1 }, candidate: null },
      });
    }
  });
});

describe('an operator', () => {
  it('holds a rollout where it is, lets it go on, and may ask twice', async () => {
    const second = await inCanary('m');
    await gateway.post('m', rolloutId(second), CANARY);
    const route = (await look(second)).route;
    const pause = () =>
      db.uow.run((stores) =>
        actOnRollout(stores, rolloutId(second), {
          action: 'pause',
          reason: 'lunch',
          actor: 'anna',
          authority: 'operate',
        }),
      );
    await pause();
    expect((await pause()).state).toBe('paused');
    expect(await reconcile(second)).toBe('hold');
    expect((await look(second)).route).toEqual(route);
    await db.uow.run((stores) =>
      actOnRollout(stores, rolloutId(second), {
        action: 'resume',
        reason: 'back',
        actor: 'anna',
        authority: 'operate',
      }),
    );
    expect(await reconcile(second)).toBe('advance');
  });

  it('who has gone on in spite of what is wrong with the evidence is not stopped by the same again in this step', async () => {
    const second = await inCanary('m');
    // One of 50 answers of the primary is read.
    const unread = { measures: { schema_violation: { n: 50, mean: 0.98, m2: 0.98 } } };
    await gateway.post('m', rolloutId(second), { ...CANARY, primary: tally(300, 0, unread) });
    expect(await reconcile(second)).toBe('pause');
    const resumed = await db.uow.run((stores) =>
      actOnRollout(stores, rolloutId(second), {
        action: 'resume',
        reason: 'the spec is known to be wrong for these',
        actor: 'anna',
        authority: 'operate',
      }),
    );
    expect(resumed.faults).toEqual([{ step: 1, fault: 'output_spec', accepted: true }]);
    await gateway.acknowledge('m');
    expect(await reconcile(second)).toBe('advance');
    // What was accepted was accepted there: the next step is looked at anew.
    expect((await look(second)).rollout).toMatchObject({
      stepIndex: 2,
      decision: { because: expect.stringContaining('a person has gone on in spite of output_spec') },
    });
    await gateway.acknowledge('m');
    await gateway.post('m', rolloutId(second), { ...CANARY, primary: tally(300, 0, unread) });
    expect(await reconcile(second)).toBe('pause');
  });

  it('who resumes a rollout that was paused for something else has accepted no fault', async () => {
    const second = await inCanary('m');
    const act = (action: 'pause' | 'resume') =>
      db.uow.run((stores) =>
        actOnRollout(stores, rolloutId(second), {
          ...{ action, reason: 'lunch', actor: 'anna', authority: 'operate' },
        }),
      );
    await act('pause');
    const unread = { measures: { schema_violation: { n: 50, mean: 1, m2: 0 } } };
    await gateway.post('m', rolloutId(second), { ...CANARY, primary: tally(300, 0, unread) });
    expect(await reconcile(second)).toBe('hold');
    expect((await act('resume')).faults).toEqual([]);
    await gateway.acknowledge('m');
    expect(await reconcile(second)).toBe('pause');
    // Nothing at all is read: accepted, that holds nobody up either.
    await act('resume');
    await gateway.acknowledge('m');
    expect(await reconcile(second)).toBe('advance');
  });

  it('is told why an action is not legal', async () => {
    const first = await register(db.uow, 'm');
    const resume = db.uow.run((stores) =>
      actOnRollout(stores, rolloutId(first), {
        action: 'resume',
        reason: 'x',
        actor: 'anna',
        authority: 'operate',
      }),
    );
    await expect(resume).rejects.toMatchObject({
      code: 'action_illegal',
      detail: expect.stringContaining('pending'),
    });
  });

  it('aborts a rollout: the candidate leaves the traffic', async () => {
    const second = await inCanary('m');
    await db.uow.run((stores) =>
      actOnRollout(stores, rolloutId(second), {
        action: 'abort',
        reason: 'wrong data',
        actor: 'anna',
        authority: 'operate',
      }),
    );
    expect(await look(second)).toMatchObject({
      rollout: { state: 'aborted' },
      route: { candidate: null },
      model: { primary: 1 },
    });
  });
});

describe('the record', () => {
  it('refuses to change an event, and chains each to the one before', async () => {
    await withPrimary('m');
    for (const sql of [`UPDATE event SET actor = 'nobody'`, 'DELETE FROM event']) {
      await expect(db.query(sql)).rejects.toThrow(/permission denied/);
      // Not even who owns the table, as long as they do not mean to.
      await expect(db.asOwner(sql)).rejects.toThrow(/append-only/);
    }
    const { hashEvent } = await import('#libs/engine');
    const rows = await db.query<{
      model_id: string;
      sequence: number;
      rollout_id: string | null;
      type: string;
      actor: string;
      data: Record<string, unknown>;
      at: Date;
      hash: string;
    }>('SELECT * FROM event ORDER BY sequence');
    expect(rows.length).toBeGreaterThan(3);
    let previous = '0'.repeat(64);
    for (const { model_id: modelId, rollout_id, at, hash, ...row } of rows) {
      expect(hashEvent(previous, { modelId, rolloutId: rollout_id, ...row, at: at.getTime() })).toBe(hash);
      previous = hash;
    }
  });

  it('leaves out of the evidence what came in the start period, in every table', async () => {
    await withPrimary('m');
    const policy = {
      ...SMALL_POLICY,
      steps: [{ canary: { weight: '50%', minRequests: 10, maxDuration: '1h' } }],
      gates: [
        { metric: 'error_rate', maxIncrease: 0.1, startPeriod: '1s', segments: { header: 'x-country' } },
      ],
    };
    const second = await register(db.uow, 'm', { rollout: { policy }, servingUrl: 'http://127.0.0.1:8' });
    await deployed(db.uow, second, 'ready', 'http://127.0.0.1:8');
    expect(await reconcile(second)).toBe('advance');
    await gateway.acknowledge('m');
    const early = await gateway.revision('m');
    await gateway.post('m', rolloutId(second), { primary: GOOD, candidate: tally(300, 300) });
    while ((await gateway.revision('m')) === early) {
      await gateway.acknowledge('m');
      expect(await reconcile(second)).toBe('hold');
    }
    await gateway.post('m', rolloutId(second), { candidate: tally(1, 1) }, early);
    await gateway.post('m', rolloutId(second), CANARY);
    const [here] = Object.values(await db.uow.run((stores) => stores.evidence.ofRollout(rolloutId(second))));
    expect(here).toMatchObject({
      candidate: { requests: 300, errors: 0 },
      start: [{ phase: { sinceMs: 0, cold: false }, candidate: { requests: 301, errors: 301 } }],
    });
    expect(await reconcile(second)).toBe('promote');
  });

  it('keeps nothing of a registration that fails half-way', async () => {
    await expect(register(db.uow, 'm', { rollout: { policy: { name: 'x' } } })).rejects.toMatchObject({
      code: 'policy_invalid',
    });
    await expect(register(db.uow, 'm', { createModel: false })).rejects.toMatchObject({
      code: 'model_not_found',
    });
    const [count] = await db.query<{ n: number }>(
      'SELECT (SELECT count(*) FROM model)::int + (SELECT count(*) FROM version)::int + (SELECT count(*) FROM event)::int AS n',
    );
    expect(count?.n).toBe(0);
  });

  it('numbers versions without gaps when many register at once', async () => {
    const all = await Promise.all(
      Array.from({ length: 12 }, () => register(db.uow, 'm', { rollout: false })),
    );
    expect(all.map((r) => r.version.version).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 12 }, (_v, i) => i + 1),
    );
  });
});
