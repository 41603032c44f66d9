import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  actOnRollout,
  carryOut,
  look,
  type OutageRecord,
  policyHash,
  reachOfSource,
  Probes,
  promoteVersion,
  reconcileRollout,
  type ReconcilePorts,
  type Registered,
  recordDeployment,
  replayRollout,
  forgetOld,
  DEFAULT_RETENTION,
  rollBack,
  setServing,
  startRollout,
  verifyAudit,
} from '#libs/engine';
import { openDataSource, retentionStore } from '#libs/db';
import { withStart } from '#libs/rollout';
import type { Tally } from '#libs/stats';
import { freshUnitOfWork } from '../support/databases/database.ts';
import { deployed, FakeGateway, reconcilePorts, register, tally } from '../support/builders.ts';

let db: Awaited<ReturnType<typeof freshUnitOfWork>>;
let gateway: FakeGateway;
beforeEach(async () => {
  db = await freshUnitOfWork();
  gateway = new FakeGateway(db.uow);
});
afterEach(() => db.close());

const POLICY = {
  name: 'engine',
  steps: [{ canary: { weight: '0.01%', minRequests: 10, maxDuration: '1h' } }],
  gates: [{ metric: 'error_rate', maxIncrease: 0.5 }],
  promoteWhen: 'notFailed',
};
/** Of each race; 1,000 in `npm run test:nightly`. */
const ROUNDS = Number(process.env['RACE_ROUNDS'] ?? 100);
const ARMS = { primary: tally(30), candidate: tally(30) };
const idOf = ({ rollout }: Registered): string => rollout!.id;
const reconcile = async (id: string, over: Partial<ReconcilePorts> = {}) =>
  (await reconcileRollout(reconcilePorts(db.uow, over), id))?.kind;
const rolloutOf = async (id: string) => (await db.uow.run((stores) => stores.rollouts.find(id)))!;
const act = (
  id: string,
  action: 'approve' | 'reject' | 'skip' | 'promote' | 'retry' | 'abort',
  actor = 'anna',
) =>
  db.uow.run((stores) => actOnRollout(stores, id, { action, reason: 'because', actor, authority: 'admin' }));

async function released(
  model: string,
  policy: unknown,
  over: Parameters<typeof register>[2] = {},
): Promise<Registered> {
  const registered = await register(db.uow, model, { rollout: { policy }, ...over });
  await deployed(db.uow, registered);
  return registered;
}

/** A model whose v1 is primary. */
async function withPrimary(model: string): Promise<void> {
  expect(await reconcile(idOf(await released(model, POLICY)))).toBe('promote');
}

/** A new version in its canary, with its evidence there: the next look promotes it. */
async function aboutToBePromoted(model: string, policy: unknown = POLICY): Promise<string> {
  const id = idOf(await released(model, policy));
  expect(await reconcile(id)).toBe('advance');
  await gateway.acknowledge(model);
  await gateway.post(model, id, ARMS);
  return id;
}

describe('checks', () => {
  const CHECKED = { ...POLICY, steps: [{ checks: { golden: 'required' } }, ...POLICY.steps] };

  it('are made once, stored with what they saw, and let the version go on', async () => {
    await withPrimary('m');
    const golden = [
      {
        name: 'one',
        slice: 'de',
        method: 'POST',
        path: '/x',
        body: {},
        expect: [{ path: '$.y', equals: 7, tolerance: 0.5 }],
      },
    ];
    const model = (await db.uow.run((stores) => stores.models.find('m')))!;
    await db.uow.run((stores) => stores.models.update(model.id, { golden }));
    const id = idOf(await released('m', CHECKED));
    let calls = 0;
    const checks = {
      ...reconcilePorts(db.uow).checks,
      caller: { call: async () => ({ status: 200, body: { y: 7.2 }, latencyMs: ++calls }) },
    };
    expect(await reconcile(id, { checks })).toBe('advance'); // into the checks
    expect(await reconcile(id, { checks })).toBe('advance'); // made, and on
    const { checks: made, stepIndex } = await rolloutOf(id);
    expect(stepIndex).toBe(1);
    expect(made?.map((c) => `${c.check} ${c.outcome}`)).toEqual([
      'digest skipped',
      'provenance skipped',
      'signature skipped',
      'metrics skipped',
      'upstreams skipped',
      'downstreams skipped',
      'health pass',
      'golden pass',
      'warmup pass',
    ]);
    expect(calls).toBe(21);
    expect(made?.at(-1)?.saw).toMatchObject({ latencyP95Ms: 21 });
  });

  it('take a version off that answers wrongly, and say which slice', async () => {
    await withPrimary('m');
    const model = (await db.uow.run((stores) => stores.models.find('m')))!;
    const golden = [
      {
        name: 'one',
        slice: 'de',
        method: 'POST',
        path: '/x',
        body: {},
        expect: [{ path: '$.y', equals: 7, tolerance: 0 }],
      },
    ];
    await db.uow.run((stores) => stores.models.update(model.id, { golden }));
    const id = idOf(await released('m', CHECKED));
    const checks = {
      ...reconcilePorts(db.uow).checks,
      caller: { call: async () => ({ status: 200, body: { y: 8 }, latencyMs: 1 }) },
    };
    await reconcile(id, { checks });
    expect(await reconcile(id, { checks })).toBe('rollback');
    expect((await rolloutOf(id)).decision?.because).toMatch(/golden.*slices: de.*\$\.y is 8, not 7/);
  });

  it('fail when the policy requires what is not there', async () => {
    await withPrimary('m');
    const id = idOf(await released('m', CHECKED));
    await reconcile(id);
    expect(await reconcile(id)).toBe('rollback');
    expect((await rolloutOf(id)).decision?.because).toMatch(
      /required by the policy, but the model has no golden/,
    );
  });
});

describe('approvals', () => {
  it('need people who did not make the version', async () => {
    await withPrimary('m');
    const policy = { ...POLICY, steps: [...POLICY.steps, { approval: { approvers: 2 } }], fourEyes: true };
    const id = await aboutToBePromoted('m', policy);
    expect(await reconcile(id)).toBe('advance');
    expect((await rolloutOf(id)).state).toBe('awaiting_approval');
    await expect(act(id, 'approve', 'test')).rejects.toMatchObject({ code: 'four_eyes' });
    await act(id, 'approve', 'anna');
    await act(id, 'approve', 'anna'); // asked twice: once
    expect(await reconcile(id)).toBe('hold');
    await expect(act(id, 'skip')).rejects.toMatchObject({ code: 'action_illegal' });
    await act(id, 'approve', 'ben');
    expect(await reconcile(id)).toBe('promote');
    expect((await rolloutOf(id)).approvals.map((a) => a.by)).toEqual(['anna', 'ben']);
  });

  it('are void when the artifact or the plan is changed beneath them', async () => {
    await withPrimary('m');
    const digest = `sha256:${'a'.repeat(64)}`;
    const policy = { ...POLICY, steps: [...POLICY.steps, { approval: {} }] };
    const id = await aboutToBePromoted('m', policy);
    await reconcile(id);
    const { policyHash: hash } = await rolloutOf(id);
    const approve = (seen: object) =>
      db.uow.run((stores) =>
        actOnRollout(stores, id, {
          action: 'approve',
          actor: 'anna',
          authority: 'operate',
          reason: 'fine',
          seen,
        }),
      );
    await expect(approve({ digest })).rejects.toMatchObject({ code: 'approval_stale' });
    await expect(approve({ policyHash: 'sha256:other' })).rejects.toMatchObject({ code: 'approval_stale' });
    await approve({ digest: null, policyHash: hash });
    // Somebody with the database in their hands exchanges what was approved.
    const change = (set: string) => db.query(`UPDATE version SET ${set} WHERE version = 2`);
    await change(`artifact_uri = 'file:///other', artifact_digest = '${digest}'`);
    await reconcile(id);
    expect(await rolloutOf(id)).toMatchObject({ state: 'awaiting_approval', approvals: [] });
    await approve({ digest });
    await db.query(`UPDATE rollout SET policy = jsonb_set(policy, '{alpha}', '0.04') WHERE id = '${id}'`);
    await reconcile(id);
    expect(await rolloutOf(id)).toMatchObject({ state: 'awaiting_approval', approvals: [] });
    const { items } = await db.uow.run((stores) =>
      stores.events.list(null, { pageSize: 50, pageToken: null }),
    );
    expect(items.filter(({ type }) => type === 'rollout.approval_voided')).toHaveLength(2);
  });

  it('are not given by one person with two tokens', async () => {
    await withPrimary('m');
    const policy = { ...POLICY, steps: [...POLICY.steps, { approval: { approvers: 2 } }], fourEyes: true };
    const id = await aboutToBePromoted('m', policy);
    await reconcile(id);
    await act(id, 'approve', 'user:anna/token:laptop');
    await act(id, 'approve', 'user:anna/token:phone');
    await act(id, 'approve', 'user:anna');
    expect((await rolloutOf(id)).approvals).toHaveLength(1);
    await db.query(`UPDATE rollout SET created_by = 'user:ben/token:ci' WHERE id = '${id}'`);
    await expect(act(id, 'approve', 'user:ben')).rejects.toMatchObject({ code: 'four_eyes' });
  });

  it('can be refused, and the version be tried again', async () => {
    await withPrimary('m');
    const id = await aboutToBePromoted('m', { ...POLICY, steps: [...POLICY.steps, { approval: {} }] });
    await reconcile(id);
    expect((await act(id, 'reject')).state).toBe('aborted');
    const again = await act(id, 'retry');
    expect(again).toMatchObject({ version: 2, state: 'pending' });
    expect(again.id).not.toBe(id);
    await expect(act(again.id, 'approve')).rejects.toMatchObject({
      code: 'action_illegal',
      errors: [expect.objectContaining({ pointer: '/legalActions/abort' })],
    });
  });
});

describe('a freeze window', () => {
  // Open all the time: each day's lasts until the next. No new policy may have it; a kept one may.
  const freeze = [{ cron: '0 0 * * *', duration: '1d', reason: 'sale' }];
  const hurry = (id: string, action: 'skip' | 'promote', overrideFreeze = false) =>
    db.uow.run((stores) =>
      actOnRollout(stores, id, {
        ...{ action, overrideFreeze, reason: 'it cannot wait', actor: 'anna', authority: 'operate' },
        probes: Probes.FORCED,
      }),
    );

  it.each(['skip', 'promote'] as const)('holds the word to %s, unless it is said twice', async (action) => {
    await withPrimary('m');
    const id = await aboutToBePromoted('m');
    // The model was frozen by the policy that this rollout keeps.
    const policy = { ...POLICY, freeze };
    await db.query(
      `UPDATE rollout SET policy = '${JSON.stringify(policy)}', policy_hash = '${policyHash(policy)}' WHERE id = '${id}'`,
    );
    await expect(hurry(id, action)).rejects.toMatchObject({
      kind: 'conflict',
      code: 'frozen',
      detail: expect.stringMatching(/frozen until \d{4}-\d\d-\d\dT.*\(sale\)/),
    });
    expect(await rolloutOf(id)).toMatchObject({ state: 'running' });
    expect(await hurry(id, action, true)).toMatchObject({ state: 'succeeded' });
    const { items } = await db.uow.run((stores) =>
      stores.events.list(null, { pageSize: 50, pageToken: null }),
    );
    expect(items[0]!.data['because']).toMatch(/overriding the freeze until .* \(sale\): it cannot wait/);
  });
});

describe('a newer version', () => {
  it('queues behind a rollout whose policy says so, and goes on when that has ended', async () => {
    await withPrimary('m');
    const second = await aboutToBePromoted('m', { ...POLICY, onNewVersion: 'queue' });
    const third = await released('m', POLICY);
    expect(await rolloutOf(idOf(third))).toMatchObject({ queued: true, state: 'pending' });
    expect(await reconcile(idOf(third))).toBeUndefined();
    expect(await reconcile(second)).toBe('promote');
    expect(await reconcile(idOf(third))).toBe('advance');
    expect(await rolloutOf(idOf(third))).toMatchObject({ queued: false, from: 2, state: 'running' });
  });

  it('is refused by a rollout whose policy says so', async () => {
    await withPrimary('m');
    await aboutToBePromoted('m', { ...POLICY, onNewVersion: 'refuse' });
    await register(db.uow, 'm', { rollout: false });
    const start = db.uow.run((stores) =>
      startRollout(stores, 'm', { version: 3, actor: 'ci', authority: 'submit' }),
    );
    await expect(start).rejects.toMatchObject({ code: 'rollout_running' });
  });

  it('that was a good primary a moment ago skips to promotion; one that was taken off does not', async () => {
    await withPrimary('m');
    await reconcile(await aboutToBePromoted('m')); // 2 is primary, 1 was good
    const back = (version: number) =>
      db.uow.run((stores) =>
        startRollout(stores, 'm', {
          version,
          actor: 'ci',
          authority: 'admin',
          policy: { ...POLICY, rollbackWindow: '1h' },
        }),
      );
    const again = await back(1);
    expect(await reconcile(again.id)).toBe('promote');
    await db.uow.run((stores) =>
      rollBack(stores, 'm', 2, { reason: 'incident', actor: 'admin', probes: Probes.FORCED }),
    ); // 1 is taken off
    expect(await reconcile((await back(1)).id)).toBe('advance');
  });

  it.each<[what: string, moves: readonly (readonly string[])[], then: string]>([
    ['other servers', [['http://127.0.0.1:8']], 'advance'],
    ['a further server', [['http://127.0.0.1:9', 'http://127.0.0.1:8']], 'advance'],
    ['no server of its own, but a deployer starts one', [[]], 'advance'],
    ['another server, and the first one again', [['http://127.0.0.1:8'], ['http://127.0.0.1:9']], 'advance'],
    ['the same server, said again', [['http://127.0.0.1:9']], 'promote'],
  ])('that has %s since it was a good primary is as good as it was', async (_what, moves, then) => {
    await withPrimary('m');
    await reconcile(await aboutToBePromoted('m')); // 2 is primary, 1 was good
    const model = (await db.uow.run((stores) => stores.models.find('m')))!;
    for (const servingUrls of moves)
      await db.uow.run((stores) =>
        setServing(stores, 'm', 1, { servingUrls, reason: 'moved' }, { actor: 'ops', authority: 'operate' }),
      );
    const policy = { ...POLICY, rollbackWindow: '1h' };
    const again = await db.uow.run((stores) =>
      startRollout(stores, 'm', { version: 1, actor: 'ci', authority: 'admin', policy }),
    );
    const report = { modelId: model.id, version: 1, state: 'ready' as const, message: 'test' };
    await recordDeployment(db.uow, 'm', { ...report, url: 'http://127.0.0.1:9' });
    expect(await reconcile(again.id)).toBe(then);
  });
});

it('servers that differ where their URLs are not shown are others', async () => {
  await withPrimary('m');
  await reconcile(await aboutToBePromoted('m')); // 2 is primary, 1 was good
  for (const deployment of ['blue', 'green']) {
    const place = { servingUrls: [`http://127.0.0.1:9/?deployment=${deployment}`], reason: 'moved' };
    await db.uow.run((stores) => setServing(stores, 'm', 1, place, { actor: 'ops', authority: 'operate' }));
  }
  const model = (await db.uow.run((stores) => stores.models.find('m')))!;
  const { items } = await db.uow.read((stores) =>
    stores.events.list(model.id, { pageSize: 50, pageToken: null }),
  );
  const { before, after, moved } = items.find(({ type }) => type === 'version.serving_set')!.data;
  expect([after, moved]).toEqual([before, true]);
});

it('a bake does not end well while its version answers nobody', async () => {
  await withPrimary('m');
  const bakes = { ...POLICY, steps: [...POLICY.steps, { bake: { duration: '1m', holdBack: '0%' } }] };
  const id = await aboutToBePromoted('m', bakes);
  expect(await reconcile(id)).toBe('promote');
  await gateway.acknowledge('m');
  await gateway.post('m', id, { primary: tally(30) });
  await reconcile(id);
  await db.query(
    `UPDATE rollout SET step_started_at = step_started_at - interval '2 min' WHERE id = '${id}'`,
  );
  const { modelId } = await rolloutOf(id);
  const since = Date.now();
  const outage: OutageRecord = {
    ...{ version: 2, cause: 'failing', scope: 'all', since, because: '5xx', suspectedAt: since },
    ...{ announcedAt: since, quietSince: null, gateways: [] },
  };
  await db.uow.run((stores) => stores.outages.save(modelId, outage));
  expect(await reconcile(id)).toBe('hold');
  expect(await rolloutOf(id)).toMatchObject({
    ...{ state: 'baking', decision: { because: expect.stringMatching(/version 2 are not answered since/) } },
  });
  // Where other gateways' callers are answered, one gateway's own trouble keeps no bake.
  await db.uow.run((stores) =>
    stores.outages.save(modelId, {
      ...{ ...outage, scope: 'some', announcedAt: null },
      gateways: [{ gateway: 'far-away', state: 'failing', since, because: '5xx' }],
    }),
  );
  expect(await reconcile(id)).toBe('advance');
  expect((await rolloutOf(id)).state).toBe('succeeded');
});

describe('metric sources', () => {
  const policy = {
    ...POLICY,
    gates: [
      ...POLICY.gates,
      { name: 'revenue', metric: 'http', url: 'http://x.example', consecutiveFailures: 2 },
    ],
    consecutiveErrors: 2,
  };
  /** An interval has passed: a bad reading out of turn would not count as a second one. */
  const due = () =>
    db.query(
      "UPDATE source_reading SET next_at = clock_timestamp(), reading = jsonb_set(reading, '{at}', to_jsonb((reading->>'at')::numeric - 3600000))",
    );

  it('are asked outside the transaction, once per interval, and take a bad version off', async () => {
    await withPrimary('m');
    const id = await aboutToBePromoted('m', { ...policy, promoteWhen: 'proven' });
    let asked = 0;
    const sources = {
      read: async () => {
        asked++;
        return { outcome: 'fail' as const, value: 0.1, because: 'revenue fell' };
      },
    };
    expect(await Promise.all([1, 2, 3].map(() => reconcile(id, { sources })))).not.toContain('rollback');
    expect(asked).toBe(1);
    await due();
    expect(await reconcile(id, { sources })).toBe('rollback');
    expect((await rolloutOf(id)).decision?.because).toBe('revenue: revenue fell');
  });

  it('that give no answer neither pass nor fail: they back off, and pause the rollout', async () => {
    await withPrimary('m');
    const id = await aboutToBePromoted('m', { ...policy, promoteWhen: 'proven' });
    const sources = { read: () => Promise.reject(new Error('connection refused')) };
    expect(await reconcile(id, { sources })).toBe('hold');
    const [reading] = await db.query<{ s: number }>(
      'SELECT extract(epoch FROM next_at - clock_timestamp())::int AS s FROM source_reading',
    );
    expect(reading?.s).toBeGreaterThan(25);
    await due();
    expect(await reconcile(id, { sources })).toBe('pause');
  });
});

describe('bake', () => {
  it('holds users back on the old primary, and gives the primary back when the new one is worse', async () => {
    await withPrimary('m');
    const policy = { ...POLICY, steps: [...POLICY.steps, { bake: { duration: '1h', holdBack: '5%' } }] };
    const id = await aboutToBePromoted('m', policy);
    expect(await reconcile(id)).toBe('promote');
    const route = () => db.uow.run(async (stores) => stores.routes.find((await stores.models.find('m'))!.id));
    expect(await route()).toMatchObject({
      primary: { version: 2 },
      candidate: { version: 1, mode: 'canary', weight: 500 },
    });
    await gateway.acknowledge('m');
    await gateway.post('m', id, { primary: tally(100, 90), candidate: tally(60) });
    expect(await reconcile(id)).toBe('rollback');
    expect(await route()).toMatchObject({ primary: { version: 1 }, candidate: null });
  });
});

describe('models that feed each other', () => {
  it('are rolled out one at a time, also when both start at once', async () => {
    await withPrimary('embedder');
    const upstreams = [{ model: 'embedder', version: 1 }];
    expect(await reconcile(idOf(await released('ranker', POLICY, { upstreams })))).toBe('promote');
    const embedder = idOf(await released('embedder', POLICY));
    const ranker = idOf(await released('ranker', POLICY, { upstreams }));
    const kinds = await Promise.all([reconcile(embedder), reconcile(ranker)]);
    expect(kinds.filter((kind) => kind === 'advance')).toHaveLength(1);
    const [first, second] = kinds[0] === 'advance' ? [embedder, ranker] : [ranker, embedder];
    expect(await reconcile(second)).toBe('hold');
    expect((await rolloutOf(second)).decision?.because).toMatch(/waits for the rollout of/);
    await act(first, 'abort');
    expect(await reconcile(second)).toBe('advance');
    const { items } = await db.uow.run(async (stores) => ({
      items: await stores.events.ofRollout(embedder),
    }));
    expect(items[0]?.data).toMatchObject({ downstreams: ['ranker'] });
  });

  it('hold back nothing upstream of somebody who may not touch it, and learn nothing of it', async () => {
    await withPrimary('embedder');
    await withPrimary('ranker');
    const upstreams = [{ model: 'embedder', version: 1 }];
    const reach = reachOfSource({ name: 'of the ranker', models: ['ranker'] });
    const ranker = idOf(await released('ranker', POLICY, { upstreams, reach }));
    expect(await reconcile(ranker)).toBe('advance');
    const embedder = idOf(await released('embedder', POLICY));
    expect(await reconcile(embedder)).toBe('advance');
    await act(ranker, 'abort');
    const waiting = idOf(await released('ranker', POLICY, { upstreams, reach }));
    expect(await reconcile(waiting)).toBe('hold');
    expect((await rolloutOf(waiting)).decision?.because).toBe(
      'it waits for a rollout of embedder, which this model consumes',
    );
  });
});

describe('the clock of a step', () => {
  it('stands still while no gateway is heard of', async () => {
    await withPrimary('m');
    const policy = {
      ...POLICY,
      steps: [{ canary: { weight: '1%', minRequests: 10, minDuration: '1m', maxDuration: '2m' } }],
    };
    const id = await aboutToBePromoted('m', policy);
    expect(await reconcile(id)).toBe('hold'); // the clock starts
    // An hour passes in which nothing was heard: as if everything had happened an hour ago.
    await db.query(`UPDATE gateway SET seen_at = seen_at - interval '1 hour'`);
    await db.query(`UPDATE rollout SET step_started_at = step_started_at - interval '1 hour' WHERE id = $1`, [
      id,
    ]);
    expect(await reconcile(id)).toBe('hold');
    expect((await rolloutOf(id)).decision?.because).toMatch(/stands still/);
    await gateway.acknowledge('m');
    expect(await reconcile(id)).toBe('hold');
    expect((await rolloutOf(id)).decision?.because).toMatch(/the least duration is over at/);
  });
});

describe('the record', () => {
  it('is decided again to the same end, and by another policy to its own', async () => {
    await withPrimary('m');
    const id = await aboutToBePromoted('m');
    await gateway.post('m', id, { primary: tally(100), candidate: tally(100, 3) });
    expect(await reconcile(id)).toBe('promote');
    const same = await replayRollout(db.uow, id);
    expect(same).toMatchObject({ same: true, policy: 'its own' });
    expect(same.looks.length).toBeGreaterThan(1);
    const strict = await replayRollout(db.uow, id, {
      ...POLICY,
      promoteWhen: 'proven',
      gates: [{ metric: 'error_rate', maxIncrease: 0.001 }],
    });
    expect(strict.firstDifference).toMatchObject({
      recorded: { kind: 'promote' },
      replayed: { kind: 'hold' },
    });
  });

  it('is decided again to the same end after its evidence was made small, which says the same of everybody', async () => {
    await withPrimary('m');
    const id = await aboutToBePromoted('m');
    await gateway.post('m', id, { primary: tally(100), candidate: tally(100, 3) });
    expect(await reconcile(id)).toBe('promote');
    await db.query(
      `UPDATE rollout SET state = 'succeeded', ended_at = clock_timestamp() - interval '91 days' WHERE id = $1`,
      [id],
    );
    const dataSource = await openDataSource(db.url, 2);
    try {
      const store = retentionStore(dataSource);
      const bare = ({ blocks: _blocks, units: _units, ...counted }: Tally) => counted;
      const shown = async () =>
        Object.entries(await db.uow.read((stores) => stores.evidence.ofRollout(id))).map(([step, here]) => {
          const { primary, candidate, shadow, sources } = withStart(here);
          return { step, sources, arms: [primary, candidate, shadow].map(bare) };
        });
      const before = [await shown(), await replayRollout(db.uow, id)] as const;
      await forgetOld(store, DEFAULT_RETENTION, await store.now());
      expect([await shown(), await replayRollout(db.uow, id)]).toEqual(before);
      expect(before[1]).toMatchObject({ same: true });
      // What comes later still is left out, as that of a rollout that nobody knows.
      await gateway.post('m', id, { primary: tally(100), candidate: tally(100) });
      expect(await shown()).toEqual(before[0]);
    } finally {
      await dataSource.destroy();
    }
  });

  it('shows where it was changed', async () => {
    await withPrimary('m');
    await withPrimary('n');
    expect(await verifyAudit(db.uow, null)).toMatchObject({ intact: true, models: 3 });
    // Only somebody who owns the database can do this.
    await db.asOwner('ALTER TABLE event DISABLE TRIGGER ALL');
    await db.asOwner(
      `UPDATE event SET actor = 'nobody' WHERE sequence = 3 AND model_id = (SELECT id FROM model WHERE name = 'm')`,
    );
    await db.asOwner(
      `DELETE FROM event WHERE sequence = 4 AND model_id = (SELECT id FROM model WHERE name = 'n')`,
    );
    const report = await verifyAudit(db.uow, null);
    expect(report.intact).toBe(false);
    expect(report.breaks.map((b) => `${b.model} ${b.sequence}`)).toEqual(
      expect.arrayContaining(['m 3', 'n 5']),
    );
  });
});

describe('a rollback', () => {
  it('wins over the promotion of the same moment, time and again with random offsets', async () => {
    const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
    const won = { before: 0, after: 0 };
    // How late the rollback may come; it finds by itself where either is first about as often.
    let spanMs = 45;
    await withPrimary('m');
    for (let round = 0; round < ROUNDS; round++) {
      const id = await aboutToBePromoted('m', {
        ...POLICY,
        steps: [...POLICY.steps, { bake: { duration: '1h' } }],
      });
      const [promoted] = await Promise.all([
        wait(Math.random() * 6).then(() => reconcile(id)),
        wait(Math.random() * spanMs).then(() =>
          db.uow.run((stores) =>
            rollBack(stores, 'm', null, { reason: 'incident', actor: 'admin', probes: Probes.FORCED }),
          ),
        ),
      ]);
      won[promoted === 'promote' ? 'after' : 'before']++;
      spanMs = Math.min(2_000, Math.max(1, spanMs * (promoted === 'promote' ? 0.95 : 1.05)));
      await reconcile(id);
      const [row] = await db.query<Record<string, unknown>>(
        `SELECT m.primary, r.state, o.primary->>'version' AS routed, o.candidate,
           (SELECT string_agg(type, ',' ORDER BY sequence) FROM event e WHERE e.rollout_id = r.id AND e.type <> 'rollout.judged') AS history
         FROM model m JOIN rollout r ON r.model_id = m.id JOIN route o ON o.model_id = m.id
         WHERE r.id = $1 ORDER BY o.revision DESC LIMIT 1`,
        [id],
      );
      const history = ['rollout.created', 'rollout.advanced', 'rollout.step_started'];
      const seen = String(row?.['history']).split(',');
      expect({ ...row, history: seen.filter((type) => !history.includes(type)) }).toEqual({
        primary: 1,
        state: 'rolled_back',
        routed: '1',
        candidate: null,
        history:
          promoted === 'promote' ? ['rollout.promoted', 'rollout.rolled_back'] : ['rollout.rolled_back'],
      });
    }
    // Both orders must have happened, or nothing was raced.
    expect(Math.min(won.before, won.after)).toBeGreaterThan(20);
  }, 600_000);
});

describe('a worker that was stopped and goes on later', () => {
  it('writes nothing that is stale, however often', async () => {
    await withPrimary('m');
    const id = await aboutToBePromoted('m', {
      ...POLICY,
      steps: [...POLICY.steps, { bake: { duration: '1h' } }],
    });
    const stale = [];
    for (let i = 0; i < ROUNDS; i++) {
      // However long they take, the gateway is not silent meanwhile.
      if (i % 25 === 0) await gateway.acknowledge('m');
      stale.push(await look(db.uow, id));
    }
    expect(stale.every((seen) => seen?.decision.kind === 'promote')).toBe(true);
    await db.uow.run((stores) =>
      rollBack(stores, 'm', null, { reason: 'incident', actor: 'admin', probes: Probes.FORCED }),
    );
    const [before] = await db.query<{ n: number }>('SELECT count(*)::int AS n FROM event');
    // Ten at a time: as many as there are connections.
    for (let i = 0; i < stale.length; i += 10) {
      const written = await Promise.all(
        stale.slice(i, i + 10).map((seen) => carryOut(db.uow, seen!, Probes.FORCED)),
      );
      expect(written.filter(Boolean)).toEqual([]);
    }
    const [after] = await db.query<{ n: number }>('SELECT count(*)::int AS n FROM event');
    expect(after).toEqual(before);
    expect((await db.uow.run((stores) => stores.models.find('m')))?.primary).toBe(1);
  }, 300_000);
});

it("an admin's promotion says which freeze it goes through, also one of the rollout's own policy", async () => {
  await withPrimary('frozen');
  const begun = new Date(Date.now() - 3_600_000);
  const cron = `${begun.getUTCMinutes()} ${begun.getUTCHours()} * * *`;
  const freeze = [{ cron, duration: '3h', reason: 'sale' }];
  const id = idOf(await released('frozen', { ...POLICY, freeze }));
  const word = { reason: 'hot fix', actor: 'admin', probes: Probes.FORCED };
  await db.uow.run((stores) => promoteVersion(stores, 'frozen', 2, word));
  const events = await db.uow.run((stores) => stores.events.ofRollout(id));
  const promoted = events.find(({ type }) => type === 'rollout.promoted');
  expect(promoted?.data['because']).toMatch(/hot fix \(overriding the freeze until .*, sale\)/);
});
