import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { reconcileRollout } from '#libs/engine';
import { freshUnitOfWork } from '../support/database.ts';
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
