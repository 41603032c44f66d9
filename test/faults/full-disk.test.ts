import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { migrate, openDataSource, tokenStore } from '#libs/db';
import { type RunningPostgres, startEmbeddedPostgres } from '#libs/embedded-postgres';
import { issueToken } from '#libs/engine';
import { freePort } from '#libs/processes';
import { eventually, type Installation, startCallers, startInstallation } from '../support/installation.ts';
import { json, startModelServer, type TestModelServer } from '../support/model-servers/model-server.ts';
import { startProcess, type TestProcess } from '../support/processes.ts';
import { mountSmallDisk, type SmallDisk } from '../support/databases/small-disk.ts';

const LONG_MS = 60_000;
const probe = mountSmallDisk(1_000_000);
probe?.unmount();
/** Only root may mount, and not in every container: counted as skipped there. */
const describeOn = probe ? describe : describe.skip;

describeOn('a full disk', () => {
  let gatewayDisk: SmallDisk;
  let uploads: SmallDisk;
  let site: Installation;
  let server: TestModelServer;
  let gateway: TestProcess;
  let port: number;
  const disk = (bytes: number): SmallDisk => {
    const one = mountSmallDisk(bytes);
    if (!one) throw new Error('nothing can be mounted any more');
    return one;
  };
  const startGateway = async (apiUrl: string): Promise<TestProcess> =>
    startProcess('apps/gateway/src/main.js', {
      UNDERSTUDY_HOME: gatewayDisk.folder,
      API_URL: apiUrl,
      UNDERSTUDY_TOKEN: await site.api.token('gateway'),
      ...{ GATEWAY_PORT: String(port), GATEWAY_ADMIN_PORT: '0', GATEWAY_ID: 'on-a-small-disk' },
    });
  beforeAll(async () => {
    gatewayDisk = disk(2_000_000);
    uploads = disk(4_000_000);
    port = await freePort();
    site = await startInstallation({ ARTIFACT_FOLDER: uploads.folder });
    server = await startModelServer((_request, _body, response) => json(response, { y: 1 }));
    gateway = await startGateway(site.api.url);
  }, LONG_MS);
  afterAll(async () => {
    await gateway?.kill('SIGKILL');
    await site?.close();
    await server?.stop();
    for (const one of [gatewayDisk, uploads]) one?.unmount();
  });

  const url = (): string => `http://127.0.0.1:${port}/models/m/x`;
  const serves = (version: string) =>
    eventually(
      async () => (await fetch(url(), { method: 'POST', body: '{}' })).headers.get('x-understudy-version'),
      (served) => served === version,
      LONG_MS,
    );

  it('of a gateway: it serves by the newest routes, says what is wrong, and keeps them once there is room', async () => {
    const body = { servingUrl: server.url, createModel: true };
    await site.api.call('POST', '/models/m/versions', { ...body, rollout: true });
    await serves('1');
    await site.api.call('POST', '/models/m/versions', body);
    expect((await site.api.call('POST', '/models/m/promote', { version: 2, reason: 'a test' })).status).toBe(
      200,
    );
    await serves('2');
    const file = path.join(gatewayDisk.folder, 'gateway', `routes-${port}.json`);
    const kept = async () => JSON.parse(readFileSync(file, 'utf8')).routes[0].primary.version as number;
    await eventually(kept, (version) => version === 2, LONG_MS);

    gatewayDisk.fill();
    const callers = startCallers(url(), () => '{}', 50);
    const back = { version: 1, from: 2, reason: 'a test' };
    expect((await site.api.call('POST', '/models/m/rollback', back)).status).toBe(200);
    await serves('1');
    await eventually(
      async () => gateway.stderr() + gateway.output(),
      (text) => text.includes('ENOSPC') && text.includes('routes could not be kept on disk'),
      LONG_MS,
    );
    expect(Object.keys((await callers.stop()).statuses)).toEqual(['200']);
    gatewayDisk.makeRoom();
    await eventually(kept, (version) => version === 1, LONG_MS);
    // Killed, and started again with nobody to ask: not the version that was taken back.
    await gateway.kill('SIGKILL');
    gateway = await startGateway('http://127.0.0.1:1');
    await serves('1');
  }, 300_000);

  it('of a gateway that is to stop: it stops cleanly, and says what is lost', async () => {
    const callers = startCallers(url(), () => '{}', 50);
    gatewayDisk.fill();
    await callers.stop();
    await gateway.kill('SIGTERM');
    expect([gateway.child.exitCode, gateway.child.signalCode]).toEqual([0, null]);
    gatewayDisk.makeRoom();
    gateway = await startGateway(site.api.url);
    await serves('1');
  }, 120_000);

  it('of uploads: 503 that says so, nothing half kept, and the next one is taken once there is room', async () => {
    const bytes = Buffer.alloc(1_500_000, 7);
    const digest = createHash('sha256').update(bytes).digest('hex');
    const token = await site.api.token('admin');
    const put = async () => {
      const response = await fetch(`${site.api.url}/api/v1/artifacts/sha256:${digest}`, {
        method: 'PUT',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/octet-stream' },
        body: bytes,
      });
      return { status: response.status, body: (await response.json()) as { code?: string; detail?: string } };
    };
    uploads.fill();
    const { status, body } = await put();
    expect([status, body.code]).toEqual([503, 'storage_full']);
    expect(body.detail).toContain('no room');
    uploads.makeRoom();
    expect((await put()).status).toBe(201);
  }, 120_000);
});

describeOn('a full disk under PostgreSQL', () => {
  it('whatever cannot be kept is 503, what was acknowledged is there, and all is well once there is room', async () => {
    const disk = mountSmallDisk(180_000_000);
    if (!disk) throw new Error('nothing can be mounted any more');
    const port = await freePort();
    let postgres: RunningPostgres = await startEmbeddedPostgres(disk.folder, port);
    expect(postgres.data.startsWith(disk.folder)).toBe(true);
    // As the supervisor does; PostgreSQL gives up where it cannot write its log.
    const isStopped = new AbortController();
    const watch = (): unknown =>
      postgres.ended.then(async () => {
        while (!isStopped.signal.aborted)
          try {
            postgres = await startEmbeddedPostgres(disk.folder, port, isStopped.signal);
            return watch();
          } catch {
            await sleep(500);
          }
      });
    watch();
    await migrate(postgres.url);
    const dataSource = await openDataSource(postgres.url, 1);
    const { token } = await issueToken(tokenStore(dataSource), { name: 'a', scopes: ['admin'] });
    await dataSource.destroy();
    const api = await startProcess('apps/api/src/main.js', {
      ...{ DATABASE_URL: postgres.url, API_PORT: '0', SECRETS_KEY: randomBytes(32).toString('base64') },
    });
    try {
      const call = async (method: string, at: string, body?: unknown) => {
        const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
        const sent = body === undefined ? {} : { body: JSON.stringify(body) };
        const response = await fetch(`http://127.0.0.1:${api.port}/api/v1${at}`, {
          method,
          headers,
          ...sent,
        });
        return {
          status: response.status,
          body: (await response.json()) as { code?: string; detail?: string },
        };
      };
      const kept: string[] = [];
      const refused = new Map<string, string>();
      let asked = 0;
      const make = async () => {
        const name = `m${asked++}`;
        const description = randomBytes(7_000).toString('base64');
        const { status, body } = await call('POST', '/models', { name, description });
        if (status === 201) kept.push(name);
        else refused.set(`${status} ${body.code}`, body.detail ?? '');
        return status;
      };
      expect(await make()).toBe(201);
      disk.fill();
      for (let i = 0; i < 5_000 && refused.size === 0; i++) await make();
      for (let i = 0; i < 20; i++) await make();
      expect([...refused.keys()]).toEqual(['503 database_unavailable']);
      const { status: read } = await call('GET', `/models/${kept[0]}`);
      expect([200, 503]).toContain(read);
      disk.makeRoom();
      await eventually(make, (status) => status === 201, LONG_MS);
      expect([...refused.keys()]).toEqual(['503 database_unavailable']);
      const there = await Promise.all(
        kept.map(async (name) => (await call('GET', `/models/${name}`)).status),
      );
      expect(there.filter((status) => status !== 200)).toEqual([]);
      expect((await call('GET', '/audit/verify')).body).toMatchObject({ intact: true });
    } finally {
      isStopped.abort();
      await api.kill('SIGTERM');
      await postgres.stop();
      disk.unmount();
    }
  }, 240_000);
});
