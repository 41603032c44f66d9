import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { actOnRollout, reconcileRollout } from '#libs/engine';
import { openDataSource } from '#libs/db';
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
  const model = `m${++models}`;
  const first = await register(db.uow, model);
  await deployed(db.uow, first);
  await reconcileRollout(reconcilePorts(db.uow), first.rollout!.id);
  const steps = [
    { shadow: { minRequests: 10, maxDuration: '1h' } },
    { canary: { weight: '1%', minRequests: 10, maxDuration: '1h' } },
  ];
  return register(db.uow, model, { rollout: { policy: { name: 'p', steps, gates } } });
}
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
