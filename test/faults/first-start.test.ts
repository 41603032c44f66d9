import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { freePort } from '#libs/processes';
import { freshDatabase, type FreshDatabase } from '../support/databases/database.ts';
import { eventually } from '../support/installation.ts';

/** `npm start` on a database that nobody has used yet. */
let database: FreshDatabase;
let home: string;
let taken: Server;
const running = new Set<ChildProcess>();
const ports: Record<string, string> = {};

beforeAll(async () => {
  database = await freshDatabase();
  home = await mkdtemp(path.join(tmpdir(), 'understudy-home-'));
  taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  for (const name of ['API_PORT', 'GATEWAY_PORT']) ports[name] = String(await freePort());
});
afterEach(async () => {
  for (const child of running) await end(child);
});
afterAll(async () => {
  taken.close();
  await database.drop();
  await rm(home, { recursive: true, force: true });
});

/** Starts; resolves with what it said, when it is up or has ended. */
async function start(env: Record<string, string> = {}, words: string[] = []) {
  const child = spawn(process.execPath, ['dist/apps/allinone/src/main.js', ...words], {
    env: {
      PATH: process.env['PATH'],
      ...{ UNDERSTUDY_HOME: home, DATABASE_URL: database.url, LOG_LEVEL: 'warn', ...ports, ...env },
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  let output = '';
  const isUp = await new Promise<boolean>((resolve) => {
    const heard = (chunk: Buffer): void => {
      output += chunk.toString();
      if (output.includes('Ctrl-C ends it.')) resolve(true);
    };
    child.stdout.on('data', heard);
    child.stderr.on('data', heard);
    child.once('exit', () => resolve(false));
  });
  const token = /admin token, shown this once: (us_\w+)/.exec(output)?.[1] ?? null;
  return { child, isUp, output, token };
}
async function end(child: ChildProcess): Promise<void> {
  running.delete(child);
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await ended;
}
const status = async (token: string): Promise<number> =>
  (
    await fetch(`http://127.0.0.1:${ports['API_PORT']}/api/v1/tokens`, {
      headers: { authorization: `Bearer ${token}` },
    })
  ).status;
const records = async (token: string): Promise<string[]> => {
  const response = await fetch(`http://127.0.0.1:${ports['API_PORT']}/api/v1/audit?pageSize=200`, {
    headers: { authorization: `Bearer ${token}` },
  });
  const { items } = (await response.json()) as { items: { type: string; actor: string }[] };
  return items.filter(({ type }) => type.startsWith('token.')).map(({ type, actor }) => `${type} ${actor}`);
};

describe('a first start', () => {
  it('that fails makes no token; the one that works shows one; the data folder is the way back', async () => {
    const busy = String((taken.address() as { port: number }).port);
    const keyFile = path.join(home, 'secrets.key');
    for (const name of ['API_PORT', 'GATEWAY_PORT']) {
      const failed = await start({ [name]: busy });
      expect([name, failed.isUp, failed.token]).toEqual([name, false, null]);
    }
    const kept = await readFile(keyFile);
    await writeFile(keyFile, 'broken');
    expect(await start()).toMatchObject({ isUp: false, token: null });
    await writeFile(keyFile, kept);

    const worked = await start();
    expect([worked.isUp, worked.output]).toEqual([
      true,
      expect.stringContaining('admin token, shown this once'),
    ]);
    expect(await status(worked.token ?? '')).toBe(200);
    await end(worked.child);
    const second = await start();
    expect([second.isUp, second.token]).toEqual([true, null]);
    await end(second.child);

    expect((await start({}, ['--new-token'])).output).toContain('npm start has no option "--new-token"');
    const back = await start({}, ['--new-admin-token']);
    expect(await status(back.token ?? '')).toBe(200);
    expect(await records(back.token ?? '')).toEqual(
      expect.arrayContaining(['token.issued start', 'token.issued start:--new-admin-token']),
    );
  }, 180_000);

  it('with another UNDERSTUDY_ADMIN_TOKEN ends the one before', async () => {
    const [old, fresh] = ['the-first-of-the-settings', 'the-second-of-the-settings'];
    const before = await start({ UNDERSTUDY_ADMIN_TOKEN: old });
    expect(await status(old)).toBe(200);
    await end(before.child);
    await start({ UNDERSTUDY_ADMIN_TOKEN: fresh });
    expect([await status(old), await status(fresh)]).toEqual([401, 200]);
    expect(await records(fresh)).toContain('token.revoked setting:UNDERSTUDY_ADMIN_TOKEN');
  }, 120_000);
});

it('with --open has a link that logs in, once; it opens by itself where there is a browser', async () => {
  const own = await freshDatabase();
  const folder = await mkdtemp(path.join(tmpdir(), 'understudy-home-'));
  const told = path.join(folder, 'opened');
  await writeFile(path.join(folder, 'xdg-open'), `#!/bin/sh\nprintf %s "$1" > '${told}'\n`, { mode: 0o755 });
  const env = { UNDERSTUDY_HOME: path.join(folder, 'home'), DATABASE_URL: own.url };
  try {
    const screen = { PATH: `${folder}:${process.env['PATH'] ?? ''}`, DISPLAY: ':0' };
    const { child, isUp, output } = await start({ ...env, ...screen }, ['--open']);
    expect([isUp, output]).toEqual([true, expect.stringContaining('open')]);
    const link = /open +(http:\/\/127\.0\.0\.1:\d+\/[\w-]{43}) /.exec(output)?.[1] ?? '';
    // Everybody on this machine can read what a browser is started with: it is a page that only the owner can read.
    const shown = await eventually(
      () => readFile(told, 'utf8').catch(() => ''),
      (url) => url.startsWith('file:'),
    );
    const page = fileURLToPath(shown);
    expect(await readFile(page, 'utf8')).toContain(`url=${link}"`);
    expect((await stat(page)).mode & 0o077).toBe(0);
    const open = (url: string) => fetch(url, { redirect: 'manual' }).catch(() => null);
    expect((await open(link.slice(0, -1)))?.status).toBe(404);
    const first = await open(link);
    const location = first?.headers.get('location') ?? '';
    expect([first?.status, location]).toEqual([
      303,
      expect.stringMatching(`^http://127.0.0.1:${ports['API_PORT'] ?? ''}/login#token=us_`),
    ]);
    const token = location.split('#token=')[1] ?? '';
    await expect(stat(page)).rejects.toThrow('ENOENT');
    expect(await status(token)).toBe(200);
    expect(await records(token)).toContain('token.issued start:--open');
    expect([null, 404, 410]).toContain((await open(link))?.status ?? null);
    await end(child);
    const second = await start(env, ['--open']);
    expect(second.output).toMatch(/open +http/);
    // Nobody sits there: nothing is opened.
    expect(await readFile(told, 'utf8')).toBe(shown);
  } finally {
    await own.drop();
    await rm(folder, { recursive: true, force: true });
  }
}, 180_000);

it('after a demo in the same folder is the first one, and shows the token', async () => {
  const own = await freshDatabase();
  const folder = await mkdtemp(path.join(tmpdir(), 'understudy-home-'));
  const env = { UNDERSTUDY_HOME: folder, DATABASE_URL: own.url };
  try {
    const demo = spawn(process.execPath, ['dist/examples/demo/main.js'], {
      env: { PATH: process.env['PATH'], LOG_LEVEL: 'warn', ...ports, ...env },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    running.add(demo);
    await new Promise<void>((resolve, reject) => {
      demo.stdout.on('data', (chunk: Buffer) => void (chunk.toString().includes('watch it at') && resolve()));
      demo.once('exit', () => reject(new Error('the demo has ended')));
    });
    await end(demo);
    const first = await start(env);
    expect(first.token).not.toBeNull();
    expect(await status(first.token ?? '')).toBe(200);
    await end(first.child);
  } finally {
    await own.drop();
    await rm(folder, { recursive: true, force: true });
  }
}, 120_000);
