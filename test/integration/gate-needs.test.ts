import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { actOnRollout, reconcileRollout } from '#libs/engine';
import { openDataSource } from '#libs/db';
import type { PlaneFeed } from '#libs/traffic';
import { startApi } from '../support/api.ts';
import { freshUnitOfWork } from '../support/databases/database.ts';
import { deployed, reconcilePorts, register } from '../support/builders.ts';

/** A gate that nothing is set up for is refused by name, not waited for. */
let db: Awaited<ReturnType<typeof freshUnitOfWork>>;
let models = 0;
beforeAll(async () => {
  db = await freshUnitOfWork();
});
afterAll(() => db.close());
beforeEach(() => db.query('DELETE FROM worker_ability'));

const WIN_RATE = { metric: 'judge_win_rate', min: 0.4 };
const DISTANCE = { metric: 'embedding_distance_mean', max: 0.2 };
const QUERY = { metric: 'prometheus', query: 'up', max: 1 };
const ERRORS = { metric: 'error_rate', maxIncrease: 0.01 };

async function release(...gates: readonly unknown[]): Promise<unknown> {
  const steps = [
    { shadow: { minRequests: 10, maxDuration: '1h' } },
    { canary: { weight: '1%', minRequests: 10, maxDuration: '1h' } },
  ];
  return releaseBy({ name: 'p', steps, gates });
}
const releaseBy = async (policy: unknown): Promise<unknown> => {
  const model = `m${++models}`;
  const first = await register(db.uow, model);
  await deployed(db.uow, first);
  await reconcileRollout(reconcilePorts(db.uow), first.rollout!.id);
  return register(db.uow, model, { rollout: { policy } });
};
const workerHas = (...names: ('worker' | 'judge' | 'embedder' | `source:${string}`)[]) =>
  db.uow.run((stores) => stores.abilities.note(['worker', ...names]));

it.each<[string, readonly unknown[], readonly string[], string, string]>([
  ['judge', [ERRORS, WIN_RATE], ['embedder'], '/policy/gates/1', 'JUDGE_URL and JUDGE_MODEL'],
  ['embeddings endpoint', [DISTANCE], ['judge'], '/policy/gates/0', 'EMBEDDINGS_URL and EMBEDDINGS_MODEL'],
  ['Prometheus', [QUERY], ['source:other'], '/policy/gates/0', 'PROMETHEUS_URL'],
  [
    'source of that name',
    [{ ...QUERY, source: 'team' }],
    ['source:default'],
    ...(['/policy/gates/0', 'a source "team" in METRIC_SOURCES'] as const),
  ],
])(
  'no %s: the release is refused, and it is said what to set',
  async (_what, gates, has, pointer, settings) => {
    await workerHas(...(has as Parameters<typeof workerHas>));
    await expect(release(...gates)).rejects.toMatchObject({
      code: 'gate_unconfigured',
      detail: expect.stringContaining(settings),
      errors: [{ pointer, detail: `needs ${settings}` }],
    });
  },
);

it('what any worker has will do, and gates that need nothing are never asked about', async () => {
  await workerHas();
  await expect(release(ERRORS)).resolves.toMatchObject({ rollout: expect.anything() });
  // Another worker, with other settings.
  await workerHas('judge', 'embedder', 'source:default');
  await workerHas();
  await expect(release(WIN_RATE, DISTANCE, QUERY)).resolves.toMatchObject({ rollout: expect.anything() });
});

it('where no worker has spoken for a minute, nothing is known and nothing refused', async () => {
  await expect(release(WIN_RATE)).resolves.toMatchObject({ rollout: expect.anything() });
  await workerHas();
  await db.query("UPDATE worker_ability SET seen_at = clock_timestamp() - interval '2 minutes'");
  await expect(release(WIN_RATE)).resolves.toMatchObject({ rollout: expect.anything() });
});

/** What the xDS server says for its Envoys. */
const ENVOY_LACKS = ['answers', 'streams', 'segments', 'shadow', 'rings'];
const CANARY = { canary: { weight: '1%', minRequests: 10, maxDuration: '1h' } };
const planeHas = (...names: readonly `plane:${PlaneFeed}`[]) =>
  db.uow.run((stores) => stores.abilities.note(['plane', ...names]));

it.each<[string, readonly unknown[], readonly unknown[], string]>([
  [
    'a shadow step',
    [{ shadow: { minRequests: 10, maxDuration: '1h' } }, CANARY],
    [ERRORS],
    '/policy/steps/0',
  ],
  ['drift', [CANARY], [ERRORS, { metric: 'output_drift', max: 0.2 }], '/policy/gates/1'],
  [
    'answers that cannot be read',
    [CANARY],
    [{ metric: 'schema_violations', maxIncrease: 0.1 }],
    '/policy/gates/0',
  ],
  ['tokens', [CANARY], [{ metric: 'output_tokens_mean', maxIncrease: 5 }], '/policy/gates/0'],
  ['first tokens', [CANARY], [{ metric: 'ttft_p95', maxIncrease: 50 }], '/policy/gates/0'],
  ['segments', [CANARY], [{ ...ERRORS, segments: { header: 'x-team', most: 5 } }], '/policy/gates/0'],
])(
  'what no data plane feeds is refused: %s; where another one does, or none has spoken, it is not',
  async (_what, steps, gates, pointer) => {
    const policy = { name: 'p', steps, gates };
    await expect(releaseBy(policy)).resolves.toMatchObject({ rollout: expect.anything() });
    await planeHas();
    await expect(releaseBy(policy)).rejects.toMatchObject({
      code: 'gate_unconfigured',
      detail: expect.stringMatching(/^No data plane .*the built-in gateway does, Envoy does not/),
      errors: [{ pointer }],
    });
    await planeHas('plane:answers', 'plane:streams', 'plane:segments', 'plane:shadow');
    await expect(releaseBy(policy)).resolves.toMatchObject({ rollout: expect.anything() });
  },
);

it('what Envoy feeds is not refused, where there is nothing but Envoy', async () => {
  await planeHas();
  const gates = [ERRORS, { metric: 'latency_p95', maxIncrease: 50 }, { metric: 'sample_ratio' }];
  const policy = { name: 'p', steps: [CANARY, { bake: { duration: '1h', holdBack: '5%' } }], gates };
  await expect(releaseBy(policy)).resolves.toMatchObject({ rollout: expect.anything() });
});

it('data planes say with their batches what they lack, and whoever checks a policy is warned', async () => {
  const api = await startApi();
  const token = await api.token('gateway');
  const post = async (gateway: string, sequence: number, more: object) =>
    (await api.call('POST', '/gateway/evidence', { gateway, boot: 'b', sequence, ...more }, token)).status;
  const policy = { name: 'p', steps: [CANARY], gates: [ERRORS, { metric: 'output_drift', max: 0.2 }] };
  const warned = async () => (await api.call('POST', '/policies/validate', policy)).body['warnings'];
  try {
    expect(await warned()).toEqual([]);
    // What is newer than this api, or no list at all, is nothing that it knows of.
    expect(await post('envoys', 1, { lacks: [...ENVOY_LACKS, 'what comes later'] })).toBe(200);
    expect(await warned()).toEqual([
      { code: 'gate_unconfigured', pointer: '/gates/1', detail: expect.stringMatching(/Envoy does not/) },
    ]);
    expect(await post('odd', 1, { lacks: 7 })).toBe(200);
    expect(await warned()).toEqual([]);
  } finally {
    await api.close();
  }
});

describe('one that waits in the queue', () => {
  const steps = [{ shadow: { minRequests: 10, maxDuration: '1h' } }];
  const releaseOf = (model: string, gates: readonly unknown[], more: object = {}) =>
    register(db.uow, model, {
      rollout: { policy: { name: 'p', steps, gates, onNewVersion: 'queue', ...more } },
    });
  const reconcile = (id: string) => reconcileRollout(reconcilePorts(db.uow), id);
  const find = (id: string) => db.uow.read((stores) => stores.rollouts.find(id));
  const abort = (id: string) =>
    db.uow.run((stores) =>
      actOnRollout(stores, id, { action: 'abort', actor: 'p', authority: 'admin', reason: 'x' }),
    );
  async function primaryOf(model: string): Promise<void> {
    const first = await register(db.uow, model);
    await deployed(db.uow, first);
    await reconcile(first.rollout!.id);
  }

  it('waits on, and says for which settings, when the worker has lost them; it starts once one has them again', async () => {
    const model = `m${++models}`;
    await workerHas('judge');
    await primaryOf(model);
    const running = await releaseOf(model, [{ metric: 'agreement', min: 0.5 }]);
    const queued = await releaseOf(model, [WIN_RATE]);
    expect(queued.rollout).toMatchObject({ queued: true });
    // The worker is started again, without its judge.
    await db.query("DELETE FROM worker_ability WHERE name = 'judge'");
    await abort(running.rollout!.id);
    for (const _often of [1, 2]) await reconcile(queued.rollout!.id);
    expect(await find(queued.rollout!.id)).toMatchObject({
      queued: true,
      decision: {
        kind: 'hold',
        because: expect.stringMatching(
          /^it cannot start: .*"judge_win_rate" needs JUDGE_URL and JUDGE_MODEL/,
        ),
      },
    });
    const said = await db.query(
      "SELECT data->>'because' AS because FROM event WHERE rollout_id = $1 AND type = 'rollout.waits'",
      [queued.rollout!.id],
    );
    expect(said).toEqual([{ because: expect.stringContaining('JUDGE_URL') }]);
    await workerHas('judge');
    await reconcile(queued.rollout!.id);
    expect(await find(queued.rollout!.id)).toMatchObject({ queued: false });
  });

  it('does not end a bake that it could not follow', async () => {
    const model = `m${++models}`;
    await workerHas('judge');
    await primaryOf(model);
    const baking = await register(db.uow, model, {
      rollout: {
        policy: { name: 'b', steps: [{ bake: { duration: '1h' } }], gates: [], promoteWhen: 'notFailed' },
      },
    });
    await deployed(db.uow, baking);
    await reconcile(baking.rollout!.id);
    expect(await find(baking.rollout!.id)).toMatchObject({ state: 'baking' });
    const queued = await releaseOf(model, [WIN_RATE]);
    expect(queued.rollout).toMatchObject({ queued: true });
    await db.query("DELETE FROM worker_ability WHERE name = 'judge'");
    for (const _often of [1, 2]) await reconcile(queued.rollout!.id);
    expect(await find(baking.rollout!.id)).toMatchObject({ state: 'baking' });
    expect(await find(queued.rollout!.id)).toMatchObject({ queued: true, state: 'pending' });
  });
});

it('whoever checks a policy, or saves one, is warned, by every way in; and is not where a worker has what it needs', async () => {
  const api = await startApi();
  const dataSource = await openDataSource(api.databaseUrl, 1);
  const has = (...names: readonly string[]) =>
    dataSource.query(
      'INSERT INTO worker_ability (name, seen_at) SELECT unnest($1::text[]), clock_timestamp()',
      [names],
    );
  const policy = {
    name: 'p',
    steps: [{ shadow: { minRequests: 10, maxDuration: '1h' } }],
    gates: [ERRORS, { ...WIN_RATE, name: 'mehr „gut“' }, DISTANCE],
  };
  const ways = async () => [
    await api.call('PUT', '/models/saved/policy', policy),
    await api.call('POST', '/models', { name: `made-${++models}`, policy }),
  ];
  const said = (headers: Headers): string => headers.get('warning') ?? '';
  const validated = async () => (await api.call('POST', '/policies/validate', policy)).body['warnings'];
  try {
    await api.call('POST', '/models', { name: 'saved' });
    // No worker has spoken.
    expect(await validated()).toEqual([]);
    for (const { headers } of await ways()) expect(said(headers)).toBe('');
    await has('worker', 'embedder');
    const warning = /"mehr „gut“": it needs JUDGE_URL and JUDGE_MODEL/;
    expect(await validated()).toEqual([
      { code: 'gate_unconfigured', pointer: '/gates/1', detail: expect.stringMatching(warning) },
    ]);
    for (const { status, headers } of await ways()) {
      expect(status).toBeLessThan(300);
      const [, text = '""'] = /^299 understudy (".*")$/.exec(said(headers)) ?? [];
      expect(JSON.parse(text)).toMatch(warning);
    }
    // What was made is there, and is not warned of again by whoever only asks for it.
    expect(said((await api.call('POST', '/models', { name: 'saved', policy })).headers)).toBe('');
    await has('judge');
    expect(await validated()).toEqual([]);
    for (const { headers } of await ways()) expect(said(headers)).toBe('');
    // What the worker could not connect to: by address at once, by name as it is looked up.
    const asking = (url: string) => ({
      ...policy,
      steps: [{ canary: { weight: '1%', minRequests: 10, maxDuration: '1h' } }],
      gates: [ERRORS, { metric: 'http', url, name: 'theirs' }],
    });
    const refused = { code: 'gate_url_refused', pointer: '/gates/1/url' };
    for (const host of ['10.1.2.3:9000', '169.254.169.254', '[fd00::7]']) {
      const document = asking(`http://${host}/verdict?key=hidden`);
      const { body } = await api.call('POST', '/policies/validate', document);
      expect(body['warnings']).toEqual([
        { ...refused, detail: expect.stringMatching(/"theirs".*may not be connected to/) },
      ]);
      const saved = await api.call('PUT', '/models/saved/policy', document);
      expect([saved.status, said(saved.headers)]).toEqual([
        200,
        expect.stringContaining('may not be connected to'),
      ]);
      expect(said(saved.headers)).not.toContain('hidden');
    }
    const allowed = await api.call('POST', '/policies/validate', asking('http://localhost:9000/verdict'));
    expect(allowed.body['warnings']).toEqual([]);
    // What it would never look at, however the worker is set up.
    const first = [{ canary: { weight: '100%', minRequests: 10, maxDuration: '1h' } }];
    const mute = { ...policy, promoteWhen: 'notFailed', steps: first, gates: [ERRORS] };
    const { body } = await api.call('POST', '/policies/validate', mute);
    expect(body).toMatchObject({
      warnings: [
        { code: 'gate_never_judges', pointer: '/gates/0', detail: expect.stringMatching(/compare/) },
      ],
      plan: { text: expect.arrayContaining([expect.stringMatching(/^No version is promoted by its gates/)]) },
    });
    expect(said((await api.call('PUT', '/models/saved/policy', mute)).headers)).toMatch(/never|nothing/);
    // What its traffic can never end.
    const slow = {
      ...policy,
      steps: [{ canary: { weight: '10%', minRequests: 1_000_000, maxDuration: '10m' } }],
      gates: [ERRORS],
    };
    const at = await api.call('POST', '/policies/validate?requestsPerSecond=1', slow);
    expect(at.body['warnings']).toEqual([
      {
        code: 'step_too_slow',
        pointer: '/steps/0/canary/minRequests',
        detail: expect.stringMatching(/115d.*1 requests a second.*maxDuration is 10m/),
      },
    ]);
    // Freezes that never close, wherever a policy is given.
    const frozen = { ...policy, gates: [ERRORS], freeze: [{ cron: '0 * * * *', duration: '1h' }] };
    const versions = '/models/saved/versions';
    for (const [method, path, asked] of [
      ['POST', '/policies/validate', frozen],
      ['PUT', '/models/saved/policy', frozen],
      ['POST', '/models', { name: 'frozen', policy: frozen }],
      ['POST', versions, { servingUrl: 'http://127.0.0.1:9', rollout: { policy: frozen } }],
      [
        'POST',
        '/manifests',
        { model: 'saved', servingUrl: 'http://127.0.0.1:9', rollout: { policy: frozen } },
      ],
    ] as const) {
      const answer = await api.call(method, path, asked);
      expect([path, answer.status, answer.body['code'], answer.body['errors']]).toEqual([
        ...[path, 422, 'policy_invalid'],
        [{ pointer: expect.stringMatching(/\/freeze\/0$/), detail: expect.stringMatching(/never closes/) }],
      ]);
    }
    const money = {
      ...policy,
      gates: [{ metric: 'cost_mean', maxIncrease: 1 }],
      steps: [{ canary: { weight: '1%', minRequests: 10, maxDuration: '1h' } }],
    };
    const { status, headers } = await api.call('POST', '/models', { name: 'money', policy: money });
    expect([status, said(headers)]).toEqual([201, expect.stringContaining('needs prices')]);
  } finally {
    await dataSource.destroy();
    await api.close();
  }
});
