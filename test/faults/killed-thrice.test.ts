import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from '@jest/globals';
import { deployed, register } from '../support/builders.ts';
import { freshUnitOfWork } from '../support/databases/database.ts';
import { eventually } from '../support/installation.ts';
import { json, startModelServer } from '../support/model-servers/model-server.ts';
import { startProcess } from '../support/processes.ts';

/** BullMQ gives a job up for good when it has stalled twice; the rollout must not care. */
it('three kills in the middle of the same step never leave a rollout stuck', async () => {
  const { uow, url, query, close } = await freshUnitOfWork();
  const home = await mkdtemp(path.join(tmpdir(), 'understudy-thrice-'));
  // Slow enough that a worker is in the middle of its checks when it dies.
  const server = await startModelServer(
    (_request, _body, response) => void setTimeout(() => json(response, { label: 'a' }), 1_500),
  );
  const startWorker = () =>
    startProcess('apps/worker/src/main.js', { UNDERSTUDY_HOME: home, WORKER_PORT: '0', DATABASE_URL: url });
  const atOnce = { name: 'at once', steps: [], gates: [], promoteWhen: 'notFailed' };
  const checked = {
    ...atOnce,
    name: 'checked',
    steps: [{ checks: { golden: 'required' } }, { approval: {} }],
  };
  let worker = await startWorker();
  try {
    await deployed(
      uow,
      await register(uow, 'thrice', { servingUrl: server.url, rollout: { policy: atOnce } }),
      'ready',
      server.url,
    );
    const primary = () => uow.run(async (stores) => (await stores.models.find('thrice'))?.primary ?? null);
    await eventually(primary, (version) => version === 1, 60_000);
    const golden = [
      {
        ...{ name: 'one', slice: null, method: 'POST', path: '/predict', body: {} },
        expect: [{ path: '$.label', equals: 'a', tolerance: 0 }],
      },
    ];
    await uow.run(async (stores) => {
      const model = await stores.models.find('thrice');
      await stores.models.update(model?.id ?? '', { golden });
    });
    await register(uow, 'thrice', { servingUrl: server.url, rollout: { policy: checked } });
    for (let kill = 0; kill < 3; kill++) {
      const before = server.hits();
      await eventually(
        async () => server.hits(),
        (hits) => hits > before,
        120_000,
      );
      await worker.kill('SIGKILL');
      worker = await startWorker();
    }
    const states = () => query<{ state: string }>('SELECT state FROM rollout WHERE version = 2');
    await eventually(states, ([row]) => row?.state === 'awaiting_approval', 120_000);
    const checks = await query(`SELECT 1 FROM event WHERE type = 'rollout.checked'`);
    expect(checks).toHaveLength(1);
  } finally {
    await worker.kill('SIGTERM');
    await server.stop();
    await close();
    await rm(home, { recursive: true, force: true });
  }
}, 600_000);
