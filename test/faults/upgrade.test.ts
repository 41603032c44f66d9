import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Scope } from '#libs/engine';
import { freePort } from '#libs/processes';
import { type GoodCallers, startGoodCallers } from '../support/callers/good-callers.ts';
import { type FreshDatabase, freshDatabase } from '../support/databases/database.ts';
import { eventually } from '../support/installation.ts';
import { json, startModelServer, type TestModelServer } from '../support/model-servers/model-server.ts';
import { startProcess, type TestProcess } from '../support/processes.ts';

/**
 * The folder of an earlier release's checkout, built (docs/guides/production.md, Upgrades, says how). `npm run test:nightly` makes one; CI makes none.
 * Without one these are skipped, and counted so.
 */
const OLDER = process.env['OLDER_BUILD'] ?? '';
// An empty path would be this very build.
const withOlder =
  OLDER !== '' && existsSync(path.join(OLDER, 'dist/apps/api/src/main.js')) ? describe : describe.skip;

const run = promisify(execFile);
const MODEL = 'upgraded';
const POLICY = {
  name: 'two steps',
  steps: [
    { canary: { weight: '20%', minRequests: 100_000, maxDuration: '1h' } },
    { canary: { weight: '50%', minRequests: 100_000, maxDuration: '1h' } },
  ],
  gates: [{ metric: 'error_rate', maxIncrease: 0.5 }],
  promoteWhen: 'notFailed',
};

withOlder('an upgrade, and back for one version, while callers call', () => {
  let servers: TestModelServer[];
  let database: FreshDatabase;
  let home: string;
  let apiPort: string;
  const tokens = new Map<Scope, string>();
  const callers: GoodCallers[] = [];
  const running = new Map<string, TestProcess>();

  beforeAll(async () => {
    home = await mkdtemp(path.join(tmpdir(), 'understudy-upgrade-'));
    apiPort = String(await freePort());
    database = await freshDatabase({ migrated: false });
    const echo = () => startModelServer((_request, body, response) => json(response, { body }));
    servers = [await echo(), await echo(), await echo()];
  });
  afterAll(async () => {
    for (const one of callers) await one.stop();
    for (const process of running.values()) await process.kill('SIGTERM');
    await Promise.all(servers.map((server) => server.stop()));
    await database.drop();
    await rm(home, { recursive: true, force: true });
  });

  const start = async (name: string, root: string, env: Record<string, string>): Promise<TestProcess> => {
    const main = `apps/${name.split(' ')[1] ?? name}/src/main.js`;
    const common = { UNDERSTUDY_HOME: home, DATABASE_URL: database.url, SWEEP_MS: '300', RATE_LIMIT: '0' };
    const process = await startProcess(main, { ...common, OUTBOUND_ALLOW: '127.0.0.0/8', ...env }, root);
    running.set(name, process);
    return process;
  };
  const stop = async (name: string): Promise<void> => {
    await running.get(name)?.kill('SIGTERM');
    running.delete(name);
  };
  /** As whoever upgrades runs it. */
  const prepare = async (root: string): Promise<string> => {
    const env = { PATH: process.env['PATH'], HOME: process.env['HOME'], DATABASE_URL: database.url };
    const script = path.join(root, 'dist/scripts/prepare.js');
    const { stdout } = await run(process.execPath, [script], {
      cwd: root,
      env: { ...env, UNDERSTUDY_HOME: home },
    });
    return stdout;
  };
  const startGateway = async (name: string, root: string, port: string): Promise<string> => {
    const gatewayPort = String(await freePort());
    await start(name, root, {
      UNDERSTUDY_HOME: path.join(home, name),
      API_URL: `http://127.0.0.1:${port}`,
      UNDERSTUDY_TOKEN: tokens.get('gateway') ?? '',
      GATEWAY_PORT: gatewayPort,
      GATEWAY_ADMIN_PORT: '0',
      GATEWAY_ID: name,
    });
    return `http://127.0.0.1:${gatewayPort}`;
  };
  const call = async (method: string, to: string, body?: unknown, port = apiPort) => {
    const response = await fetch(`http://127.0.0.1:${port}/api/v1${to}`, {
      method,
      headers: { authorization: `Bearer ${tokens.get('admin')}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    // eslint-disable-next-line @typescript-eslint/no-explicit-any
    return { status: response.status, body: (await response.json()) as any };
  };
  /** By the older release's own code: the database has its tables yet. */
  const olderToken = async (scope: Scope): Promise<string> => {
    const program = `import { openDataSource, tokenStore } from './dist/libs/db/src/index.js';
      import { issueToken } from './dist/libs/engine/src/index.js';
      const dataSource = await openDataSource(process.env.AT, 1);
      process.stdout.write((await issueToken(tokenStore(dataSource), { name: '${scope}', scopes: ['${scope}'] })).token);
      await dataSource.destroy();`;
    const env = { ...process.env, AT: database.url };
    return (await run(process.execPath, ['--input-type=module', '--eval', program], { cwd: OLDER, env }))
      .stdout;
  };
  const register = async (n: number, port = apiPort): Promise<string> => {
    const version = { servingUrl: servers[n]?.url, createModel: true, rollout: { policy: POLICY } };
    const answer = await call('POST', `/models/${MODEL}/versions`, version, port);
    expect([n, answer.status, answer.body]).toEqual([n, 201, expect.anything()]);
    return answer.body.rollout.id as string;
  };
  const seen = async (id: string): Promise<number> => {
    const { body } = await call('GET', `/rollouts/${id}/evidence`);
    const items = (body.items ?? []) as { candidate: { requests: number } }[];
    return items.reduce((sum, { candidate }) => sum + candidate.requests, 0);
  };
  const grows = async (id: string): Promise<void> => {
    const before = await seen(id);
    await eventually(
      () => seen(id),
      (now) => now > before + 20,
      60_000,
    );
  };
  const reaches = (id: string, step: number) =>
    eventually(
      async () => (await call('GET', `/rollouts/${id}`)).body,
      (rollout) => rollout.state === 'running' && rollout.step?.index === step,
      60_000,
    );

  it('costs no caller an answer, and no rollout its place', async () => {
    // 1. The release before, with a rollout under way.
    await prepare(OLDER);
    await start('older api', OLDER, { API_PORT: apiPort });
    for (const scope of ['admin', 'gateway'] as const) tokens.set(scope, await olderToken(scope));
    await start('older worker', OLDER, { WORKER_PORT: '0' });
    const olderGateway = await startGateway('older gateway', OLDER, apiPort);
    const first = await register(0);
    await eventually(
      async () => (await call('GET', `/rollouts/${first}`)).body.state as string,
      (state) => state === 'succeeded',
      60_000,
    );
    await eventually(
      async () =>
        (await fetch(`${olderGateway}/models/${MODEL}/infer`, { method: 'POST', body: 'x' })).status,
      (status) => status === 200,
    );
    callers.push(startGoodCallers(olderGateway, MODEL, 4));
    const second = await register(1);
    await reaches(second, 0);
    await grows(second);
    // 2. Gateways first: a new one at the older api.
    callers.push(startGoodCallers(await startGateway('new gateway', process.cwd(), apiPort), MODEL, 4));
    await grows(second);
    // 3. The database is migrated under the older ones; then a new api and a new worker beside them.
    expect(await prepare(process.cwd())).toMatch(/IndexesForYears/);
    await grows(second);
    const secondPort = String(await freePort());
    await start('new api', process.cwd(), { API_PORT: secondPort });
    await grows(second);
    await call('POST', `/rollouts/${second}/skip`, { reason: 'by the older api' });
    await reaches(second, 1);
    await start('new worker', process.cwd(), { WORKER_PORT: '0' });
    // 4. The older ones leave; the new api takes the older one's place, with the older gateway.
    await stop('older worker');
    await stop('older api');
    await stop('new api');
    await start('new api', process.cwd(), { API_PORT: apiPort });
    await grows(second);
    await call('POST', `/rollouts/${second}/promote`, { reason: 'by the new api' });
    await eventually(
      async () => (await call('GET', `/models/${MODEL}/route`)).body.primary?.version as number,
      (version) => version === 2,
      60_000,
    );
    // 5. Back, for one version: the release before on the newer schema.
    const third = await register(2);
    await reaches(third, 0);
    await stop('new worker');
    await stop('new api');
    await start('older api', OLDER, { API_PORT: apiPort });
    await start('older worker', OLDER, { WORKER_PORT: '0' });
    await grows(third);
    await call('POST', `/rollouts/${third}/skip`, { reason: 'by the older api again' });
    await reaches(third, 1);
    const back = await call('POST', `/models/${MODEL}/rollback`, { reason: 'by the older api again' });
    expect([back.status, back.body.detail]).toEqual([200, undefined]);
    expect((await call('GET', '/audit/verify')).body).toMatchObject({ intact: true });

    for (const one of callers) {
      const { served, wrong } = await one.stop();
      expect(wrong).toEqual([]);
      expect(served).toBeGreaterThan(100);
    }
  }, 900_000);
});
