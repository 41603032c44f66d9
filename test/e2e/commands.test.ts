import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { freePort, isAlive } from '#libs/processes';
import { eventually } from '../support/installation.ts';

let home: string;
const running: Command[] = [];
const freshHome = (): Promise<string> => mkdtemp(path.join(tmpdir(), 'understudy-start-'));
async function removeHome(folder: string): Promise<void> {
  const place = path.join(folder, 'postgres.json');
  if (existsSync(place))
    await rm(JSON.parse(readFileSync(place, 'utf8')).data, { recursive: true, force: true });
  await rm(folder, { recursive: true, force: true });
}

/** Plays its story beside the other tests: most of its minute and a half it waits. */
let demo: Command;
let demoHome: string;
beforeAll(async () => {
  demoHome = await freshHome();
  demo = new Command('examples/demo/main.js', { ...(await ports()), UNDERSTUDY_HOME: demoHome }, ['--exit']);
});
afterAll(async () => {
  await demo.end('SIGINT');
  await removeHome(demoHome);
}, 120_000);
beforeEach(async () => {
  home = await freshHome();
});
afterEach(async () => {
  for (const command of running.splice(0)) await command.end('SIGINT');
  await removeHome(home);
}, 120_000);

class Command {
  output = '';
  code: number | null = null;
  private readonly child: ChildProcess;
  private readonly ended: Promise<void>;

  constructor(main: string, env: Record<string, string>, args: string[] = []) {
    const own = { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '' };
    this.child = spawn(process.execPath, [path.resolve('dist', main), ...args], {
      env: { ...own, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.child.stdout, this.child.stderr])
      stream?.on('data', (chunk: Buffer) => (this.output += chunk.toString()));
    this.ended = new Promise((resolve) =>
      this.child.once('exit', (code) => {
        this.code = code;
        resolve();
      }),
    );
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  async until(text: RegExp, timeoutMs = 150_000): Promise<void> {
    await eventually(
      async () => this.output,
      (output) => text.test(output) || this.code !== null,
      timeoutMs,
    );
    expect(this.output).toMatch(text);
  }

  async end(signal: NodeJS.Signals): Promise<void> {
    if (this.code === null) this.child.kill(signal);
    await this.ended;
  }

  exited(): Promise<void> {
    return this.ended;
  }
}

/** Ends with the test. */
function start(env: Record<string, string> = {}): Command {
  const command = new Command('apps/allinone/src/main.js', { UNDERSTUDY_HOME: home, ...env });
  running.push(command);
  return command;
}
const ports = async () => ({ API_PORT: String(await freePort()), GATEWAY_PORT: String(await freePort()) });

/** Every process below a pid, by /proc. */
async function descendants(pid: number): Promise<number[]> {
  const { readdir, readFile } = await import('node:fs/promises');
  const all = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const parents = new Map<number, number>();
  for (const one of all) {
    const stat = await readFile(`/proc/${one}/stat`, 'utf8').catch(() => '');
    parents.set(one, Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]));
  }
  const below = (root: number): number[] =>
    [...parents].filter(([, parent]) => parent === root).flatMap(([child]) => [child, ...below(child)]);
  return below(pid);
}

const onLinux = existsSync('/proc/self/stat') ? it : it.skip;

describe('npm start', () => {
  onLinux(
    'ends everything on Ctrl-C, and finds its data again on the next start',
    async () => {
      const env = { ...(await ports()), UNDERSTUDY_ADMIN_TOKEN: 'an-admin-token-for-the-test' };
      const authorization = { authorization: `Bearer ${env.UNDERSTUDY_ADMIN_TOKEN}` };
      const first = start(env);
      await first.until(/Ctrl-C ends it/);
      const url = `http://127.0.0.1:${env.API_PORT}/api/v1/models`;
      const made = await fetch(url, {
        method: 'POST',
        headers: { ...authorization, 'content-type': 'application/json' },
        body: '{"name":"kept"}',
      });
      expect(made.status).toBe(201);
      const processes = await descendants(first.pid);
      expect(processes.length).toBeGreaterThan(5); // api, worker, gateway, and PostgreSQL's own
      await first.end('SIGINT');
      expect(first.code).toBe(0);
      expect(processes.filter(isAlive)).toEqual([]);
      expect(readFileSync(path.join(home, 'logs', 'postgres.log'), 'utf8')).toMatch(
        /database system is shut down/,
      );

      const second = start(env);
      await second.until(/Ctrl-C ends it/);
      expect(second.output).not.toMatch(/shown this once/);
      expect((await fetch(`${url}/kept`, { headers: authorization })).status).toBe(200);
      expect(readFileSync(path.join(home, 'logs', 'postgres.log'), 'utf8')).not.toMatch(
        /not properly shut down/,
      );
    },
    400_000,
  );

  it('while one runs says so and touches nothing', async () => {
    const env = await ports();
    const first = start(env);
    await first.until(/Ctrl-C ends it/);
    expect(first.output).toMatch(/shown this once: us_[0-9A-Za-z]{36}/);
    const second = start(await ports());
    await second.exited();
    expect(second.code).toBe(1);
    expect(second.output).toMatch(new RegExp(`runs already .*pid ${first.pid}`));
    expect((await fetch(`http://127.0.0.1:${env.API_PORT}/readyz`)).status).toBe(200);
  }, 400_000);

  it('starts a process again that was killed', async () => {
    const env = await ports();
    const system = start(env);
    await system.until(/Ctrl-C ends it/);
    const { execFileSync } = await import('node:child_process');
    const gateway = (await descendants(system.pid)).find((pid) =>
      readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('apps/gateway'),
    );
    expect(execFileSync('kill', ['-9', String(gateway)]).toString()).toBe('');
    await system.until(/gateway ended \(SIGKILL\); starting it again/);
    await eventually(
      () =>
        fetch(`http://127.0.0.1:${env.GATEWAY_PORT}/readyz`).then(
          (r) => r.status,
          () => 0,
        ),
      (status) => status === 200,
    );
  }, 400_000);

  onLinux(
    'leaves nothing behind when it is killed itself: the next start takes over',
    async () => {
      const env = await ports();
      const first = start(env);
      await first.until(/Ctrl-C ends it/);
      await first.end('SIGKILL');
      const second = start(env);
      await second.until(/Ctrl-C ends it/);
      expect((await fetch(`http://127.0.0.1:${env.API_PORT}/readyz`)).status).toBe(200);
    },
    400_000,
  );

  it.each<[string, () => Promise<Record<string, string>>, RegExp]>([
    [
      'a port that is in use',
      async () => ({ ...(await ports()), API_PORT: String(busyPort()) }),
      /Port \d+ on 127.0.0.1 is in use\..*set API_PORT/,
    ],
    [
      'a gateway port that is in use',
      async () => ({ ...(await ports()), GATEWAY_PORT: String(busyPort()) }),
      /Port \d+ on 127.0.0.1 is in use\..*set GATEWAY_PORT/,
    ],
    [
      'a database that is away',
      async () => ({ ...(await ports()), DATABASE_URL: 'postgres://x:y@127.0.0.1:1/z' }),
      /PostgreSQL of DATABASE_URL cannot be used .*unset it/,
    ],
    [
      'a Redis that is away',
      async () => ({ ...(await ports()), REDIS_URL: 'redis://127.0.0.1:1' }),
      /Redis at REDIS_URL does not answer/,
    ],
    [
      'an environment with mistakes',
      async () => ({ API_PORT: 'x', LOG_LEVEL: 'loud' }),
      /2 mistakes:\n {2}API_PORT: .*\n {2}LOG_LEVEL: /,
    ],
  ])(
    'says clearly what is wrong with %s, and leaves nothing running',
    async (_name, env, message) => {
      const command = start(await env());
      await command.exited();
      expect(command.code).toBe(1);
      expect(command.output).toMatch(message);
      expect(command.output).not.toMatch(/\n {4}at /);
      expect(existsSync(path.join(home, 'running.json'))).toBe(false);
    },
    400_000,
  );
});

describe('npm run demo', () => {
  it('plays the story to its end', async () => {
    await demo.exited();
    expect(demo.output).toMatch(/Every part of the story held/);
    expect(demo.code).toBe(0);
  }, 400_000);
});

const busy = createServer().listen(0, '127.0.0.1').unref();
function busyPort(): number {
  const address = busy.address();
  if (address === null || typeof address === 'string') throw new Error('not listening yet');
  return address.port;
}
