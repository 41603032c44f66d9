import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { freePort, isAlive } from '#libs/processes';
import { eventually } from '../support/installation.ts';
import { EmbeddedDatabase } from '../../apps/allinone/src/embedded-database.ts';

/** What our processes may write while their database is away; PostgreSQL itself writes of its recovery. */
const MOST_LOG_BYTES = 30_000;

let home: string;
let child: ChildProcess | null = null;
beforeEach(() => {
  home = mkdtempSync(path.join(tmpdir(), 'understudy-dead-'));
});
afterEach(async () => {
  if (child && child.exitCode === null && child.signalCode === null) {
    const ended = new Promise((resolve) => child?.once('exit', resolve));
    child.kill('SIGTERM');
    await ended;
  }
  child = null;
  rmSync(data(), { recursive: true, force: true });
  rmSync(home, { recursive: true, force: true });
});
const data = (): string =>
  (JSON.parse(readFileSync(path.join(home, 'postgres.json'), 'utf8')) as { data: string }).data;
const postmaster = (): number =>
  Number.parseInt(readFileSync(path.join(data(), 'postmaster.pid'), 'utf8'), 10);
const logBytes = (): number =>
  ['api', 'worker', 'gateway']
    .map((name) => statSync(path.join(home, 'logs', `${name}.log`)).size)
    .reduce((sum, size) => sum + size, 0);

it('npm start starts a killed PostgreSQL again, says so once, and what was written is there', async () => {
  const [API_PORT, GATEWAY_PORT] = [await freePort(), await freePort()].map(String);
  const env = { UNDERSTUDY_HOME: home, API_PORT, GATEWAY_PORT, DEPLOYER_USERS: 'off', LOG_LEVEL: 'warn' };
  child = spawn(process.execPath, ['dist/apps/allinone/src/main.js'], {
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...env },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  await eventually(
    async () => output,
    (text) => text.includes('Ctrl-C ends it'),
    120_000,
  );
  const token = /shown this once: (us_\w+)/.exec(output)?.[1];
  const api = `http://127.0.0.1:${API_PORT}`;
  const ask = (method: string, route: string, body?: unknown): Promise<number> =>
    fetch(`${api}${route}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }).then(
      (response) => response.status,
      () => 0,
    );
  expect(await ask('POST', '/api/v1/models', { name: 'kept' })).toBe(201);
  const before = logBytes();
  for (let kill = 1; kill <= 2; kill++) {
    const pid = postmaster();
    process.kill(pid, 'SIGKILL');
    await eventually(
      async () => isAlive(pid),
      (alive) => !alive,
    );
    await eventually(
      () => ask('GET', '/readyz'),
      (status) => status === 200,
      60_000,
    );
    await eventually(
      () => ask('GET', '/api/v1/models/kept'),
      (status) => status === 200,
      60_000,
    );
    await eventually(
      async () => output,
      (text) => text.split('PostgreSQL runs again').length === kill + 1,
    );
  }
  expect(output.split('PostgreSQL ended (SIGKILL)')).toHaveLength(2);
  expect(logBytes() - before).toBeLessThan(MOST_LOG_BYTES);
}, 180_000);

it('one that cannot be started again is tried until it can', async () => {
  const said: string[] = [];
  const database = await EmbeddedDatabase.start(home, (line) => void said.push(line));
  const control = path.join(data(), 'global', 'pg_control');
  renameSync(control, `${control}.aside`);
  process.kill(database.pid, 'SIGKILL');
  const hears = (line: string) =>
    eventually(
      async () => said.join('\n'),
      (text) => text.includes(line),
      60_000,
    );
  await hears(
    'PostgreSQL does not start, and is tried again: The embedded PostgreSQL did not start; its reason',
  );
  renameSync(`${control}.aside`, control);
  await hears('PostgreSQL runs again');
  await database.stop();
}, 120_000);
