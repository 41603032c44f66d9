import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { Agent, request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { CallerRules, RouteTarget } from '#libs/traffic';
import { eventually } from '../support/installation.ts';
import { type LoneGateway, routeTo, startLoneGateway } from '../support/gateways/lone-gateway.ts';

/** Versions with several serving URLs: replicas as processes of their own are killed, stopped, and come again under load. */
const ROLLOUT = '00000000-0000-4000-8000-000000000001';
const AT_ONCE = 16;

let folder: string;
let gateway: LoneGateway;
const replicas = new Map<string, { child: ChildProcess; address: string; port: number }>();
const agent = new Agent({ keepAlive: true, maxSockets: 64 });
const healthFile = (name: string): string => path.join(folder, `${name}.json`);

async function startReplica(name: string, address = '127.0.0.1', at = 0): Promise<number> {
  const child = fork(path.resolve('test/support/replica-process.mjs'), [
    ...[address, String(at), name, healthFile(name)],
  ]);
  const ready = once(child, 'message').then(([said]) => (said as { port: number }).port);
  const ended = once(child, 'exit').then(() => Promise.reject(new Error(`${name} did not start`)));
  const port = await Promise.race([ready, ended]);
  ended.catch(() => undefined);
  replicas.set(name, { child, address, port });
  return port;
}

async function kill(name: string): Promise<void> {
  const { child } = replicas.get(name) ?? {};
  if (!child || child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}
const again = (name: string): Promise<number> => {
  const { address, port } = replicas.get(name) ?? { address: '', port: 0 };
  return startReplica(name, address, port);
};
const signal = (name: string, what: NodeJS.Signals): void => void replicas.get(name)?.child.kill(what);
/** At once: a replica that reads half of it would end. */
async function says(name: string, statuses: Record<string, number>): Promise<void> {
  await writeFile(`${healthFile(name)}.new`, JSON.stringify(statuses));
  await rename(`${healthFile(name)}.new`, healthFile(name));
}

async function newReplica(
  name: string,
  address = '127.0.0.1',
  statuses: Record<string, number> = { '/v2/health/ready': 200 },
): Promise<string> {
  await says(name, statuses);
  const port = await startReplica(name, address);
  return `http://${address.includes(':') ? `[${address}]` : address}:${port}`;
}
const targetOf = (version: number, urls: readonly string[]): RouteTarget => ({
  ...{ version, url: urls[0] ?? '', urls },
});

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'understudy-replicas-'));
  const [a, b] = [await newReplica('a'), await newReplica('b')];
  const six = await newReplica('six', '::1').catch(() => null);
  // Ports that no other test can be given meanwhile.
  const [nobody, none, nil] = ['http://127.0.0.1:1', 'http://127.0.0.1:2', 'http://127.0.0.1:3'] as const;
  const alone = await newReplica('alone');
  // One knows no path at all, and is alive; one does not know its path by GET.
  const plain = [
    await newReplica('p', '127.0.0.1', {}),
    await newReplica('q', '127.0.0.1', { '/v2/health/ready': 405 }),
  ];
  const both = targetOf(1, [`${a}/one?key=first`, `${b}/two/`]);
  const tried = { ...targetOf(2, [a, b]), mode: 'canary' as const, weight: 10_000 };
  const bySix = targetOf(1, six === null ? [a, b] : [six, a]);
  const once: CallerRules = { unit: { from: 'header', name: 'x-user' }, repeatable: false };
  gateway = await startLoneGateway(
    [
      routeTo('plain', '', { primary: both }),
      routeTo('tried', '', {
        primary: { version: 1, url: alone },
        candidate: tried,
        rolloutId: ROLLOUT,
      }),
      routeTo('never', '', { primary: targetOf(1, [nobody, a]) }),
      // What may not be repeated, to few that are there: probes are not heard, most of it being out.
      routeTo('held', '', { primary: targetOf(1, [nobody, none, a, nil]), callers: once }),
      routeTo('passed', '', { primary: targetOf(1, [none, nil, nobody, a]), callers: once }),
      routeTo('six', '', { primary: bySix }),
      routeTo('pathless', '', { primary: targetOf(1, plain) }),
      routeTo('dead', nobody),
    ],
    {
      ...{
        OUTBOUND_ALLOW: '127.0.0.0/8,::1/128',
        UPSTREAM_TIMEOUT_MS: '20000',
        MAX_BUFFERED_BYTES: '100000',
      },
      ...{ UPSTREAM_PROBE_INTERVAL_MS: '200', UPSTREAM_PROBE_TIMEOUT_MS: '500' },
    },
  );
});
afterAll(async () => {
  agent.destroy();
  await gateway.stop();
  for (const name of replicas.keys()) {
    signal(name, 'SIGCONT');
    await kill(name);
  }
  await rm(folder, { recursive: true, force: true });
});

interface Said {
  readonly status: number;
  readonly arm: string;
  readonly replica: string;
  readonly path: string;
  readonly query: string;
}

const ask = (model: string, sent = '{}'): Promise<Said> =>
  new Promise((resolve) => {
    const failed = (error: Error): void =>
      resolve({ status: 0, arm: '', replica: error.message, path: '', query: '' });
    const request = httpRequest(
      `${gateway.url}/models/${model}/infer?n=1`,
      { method: 'POST', agent },
      (response) => {
        let body = '';
        response.on('data', (bytes: Buffer) => (body += bytes.toString()));
        response.on('error', failed);
        response.on('end', () => {
          const status = response.statusCode ?? 0;
          const arm = String(response.headers['x-understudy-arm']);
          const said = status === 200 ? (JSON.parse(body) as Said) : { replica: body, path: '', query: '' };
          resolve({ ...said, status, arm });
        });
      },
    );
    request.on('error', failed).end(sent);
  });

/** Callers while something happens. @returns how many got what: `200 a`, or what came instead */
async function underLoad(
  model: string,
  meanwhile: (eachIsAnswered: () => Promise<unknown>) => Promise<unknown>,
): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  const answered = Array.from({ length: AT_ONCE }, () => 0);
  /** What every caller waits for now has come, and what it asked after that. */
  const eachIsAnswered = (): Promise<unknown> => {
    const before = [...answered];
    return eventually(
      () => Promise.resolve(answered.map((count, at) => count - (before[at] ?? 0))),
      (more) => more.every((count) => count > 1),
    );
  };
  let isOver = false;
  const caller = async (at: number): Promise<void> => {
    for (; !isOver; answered[at] = (answered[at] ?? 0) + 1) {
      const { status, replica, arm } = await ask(model);
      const key = `${status} ${arm} ${replica}`;
      counts[key] = (counts[key] ?? 0) + 1;
    }
  };
  const all = Promise.all(Array.from({ length: AT_ONCE }, (_, at) => caller(at)));
  await meanwhile(eachIsAnswered).finally(() => (isOver = true));
  await all;
  return counts;
}
const answering = async (model: string): Promise<string[]> => {
  const said = await Promise.all(Array.from({ length: 40 }, () => ask(model)));
  return [...new Set(said.map(({ status, replica }) => (status === 200 ? replica : `${status}`)))].sort();
};
const untilAnswering = (model: string, expected: string): Promise<string[]> =>
  eventually(
    () => answering(model),
    (names) => names.join() === expected,
  );
const figures = async (): Promise<string> =>
  (await fetch(`http://127.0.0.1:${gateway.process.adminPort}/metrics`)).text();
const inOf = (text: string, model: string): string[] =>
  text
    .split('\n')
    .filter((line) => line.startsWith('understudy_gateway_replica_in{') && line.includes(`model="${model}"`))
    .map((line) => line.slice(-1));

it('each URL has its own path and query, and every address is shown', async () => {
  const said = await Promise.all(Array.from({ length: 40 }, () => ask('plain')));
  expect(new Set(said.map(({ replica, path: at, query }) => `${replica} ${at} ${query}`))).toEqual(
    new Set(['a /one/infer key=first&n=1', 'b /two/infer n=1']),
  );
  const text = await eventually(figures, (now) => inOf(now, 'plain').length === 2);
  expect(inOf(text, 'plain')).toEqual(['1', '1']);
  // A version's only address is not asked: nothing could be left out. No key is shown.
  expect(inOf(text, 'dead')).toEqual([]);
  expect(text).not.toContain('key=');
});

it.each([
  ['plain', 'primary'],
  ['tried', 'candidate'],
])(
  '%s: a replica is killed under load three times, and no caller of the %s fails',
  async (model, arm) => {
    const counts = await underLoad(model, async () => {
      for (let i = 0; i < 3; i++) {
        await untilAnswering(model, 'a,b');
        await kill('b');
        await untilAnswering(model, 'a');
        await again('b');
      }
      await untilAnswering(model, 'a,b');
    });
    expect(Object.keys(counts).sort()).toEqual([`200 ${arm} a`, `200 ${arm} b`]);
  },
  120_000,
);

it.each([
  ['plain', 'primary'],
  ['tried', 'candidate'],
])(
  '%s: a replica hangs under load, is left out, and gets callers again; no caller of the %s fails',
  async (model, arm) => {
    const counts = await underLoad(model, async (eachIsAnswered) => {
      signal('b', 'SIGSTOP');
      await eventually(figures, (now) => inOf(now, model).includes('0'));
      // Those too who waited there: it is still stopped.
      await eachIsAnswered();
      expect(await answering(model)).toEqual(['a']);
      signal('b', 'SIGCONT');
      await eventually(figures, (now) => !inOf(now, model).includes('0'));
      await untilAnswering(model, 'a,b');
    });
    expect(Object.keys(counts).sort()).toEqual([`200 ${arm} a`, `200 ${arm} b`]);
  },
  120_000,
);

it('a replica that says that it is not ready gets no callers, and the last one always does', async () => {
  await says('b', { '/v2/health/ready': 503 });
  await untilAnswering('plain', 'a');
  await says('a', { '/v2/health/ready': 503 });
  // With both out, there is nobody to be preferred.
  await untilAnswering('plain', 'a,b');
  await says('a', { '/v2/health/ready': 200 });
  await untilAnswering('plain', 'a');
  await says('b', { '/v2/health/ready': 200 });
  await untilAnswering('plain', 'a,b');
}, 60_000);

it('servers that know no health path, or not by GET, are alive', async () => {
  const asked = async (): Promise<number> =>
    Number(/understudy_gateway_probes_total\{found="well"\} (\d+)/.exec(await figures())?.[1] ?? 0);
  const before = await asked();
  await eventually(asked, (now) => now > before + 60);
  expect(inOf(await figures(), 'pathless')).toEqual(['1', '1']);
  expect(await answering('pathless')).toEqual(['p', 'q']);
});

it('of two URLs one was never up: every caller is answered', async () => {
  const counts = await underLoad('never', () => untilAnswering('never', 'a'));
  expect(Object.keys(counts)).toEqual(['200 primary a']);
  await eventually(figures, (now) => inOf(now, 'never').includes('0'));
});

it.each([
  ['held', '{}'],
  ['passed', JSON.stringify({ x: 'x'.repeat(500_000) })],
])('requests that may not be repeated, their bodies %s, go on to who is there', async (model, sent) => {
  // Nobody knows at first who is not there.
  for (let i = 0; i < 5; i++) {
    const said = await Promise.all(Array.from({ length: 24 }, () => ask(model, sent)));
    expect(new Set(said.map(({ status, replica }) => `${status} ${replica}`))).toEqual(new Set(['200 a']));
  }
});

it('an address of IPv6 beside one of IPv4', async () => {
  expect(await answering('six')).toEqual(replicas.has('six') ? ['a', 'six'] : ['a', 'b']);
});

it('a version whose only address is dead is answered 502', async () => {
  expect(await answering('dead')).toEqual(['502']);
});
