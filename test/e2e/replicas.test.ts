import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { Agent, request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { eventually } from '../support/installation.ts';
import { type LoneGateway, routeTo, startLoneGateway } from '../support/gateways/lone-gateway.ts';

/** Two replicas behind one name, as processes of their own: one is killed, comes again, and the name moves. */
const [ONE, TWO] = ['127.0.0.1', '127.0.0.2'];
const ROLLOUT = '00000000-0000-4000-8000-000000000001';
const NAMES = ['model.told', 'next.told'];
const AT_ONCE = 24;

let folder: string;
let names: string;
let gateway: LoneGateway;
let port: number;
const replicas = new Map<string, ChildProcess>();
const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });

async function startReplica(address: string, at: number): Promise<number> {
  const child = fork(path.resolve('test/support/replica-process.mjs'), [address, String(at)]);
  const ready = once(child, 'message').then(([said]) => (said as { port: number }).port);
  const ended = once(child, 'exit').then(() => Promise.reject(new Error(`${address} did not start`)));
  const got = await Promise.race([ready, ended]);
  ended.catch(() => undefined);
  replicas.set(address, child);
  return got;
}

async function killReplica(address: string): Promise<void> {
  const child = replicas.get(address);
  replicas.delete(address);
  if (!child) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

const tell = (addresses: readonly string[]): Promise<void> =>
  writeFile(names, JSON.stringify(Object.fromEntries(NAMES.map((name) => [name, addresses]))));

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'understudy-names-'));
  names = path.join(folder, 'names.json');
  await tell([ONE, TWO]);
  port = await startReplica(ONE, 0);
  await startReplica(TWO, port);
  const [primary, candidate] = NAMES.map((name) => `http://${name}:${port}`) as [string, string];
  gateway = await startLoneGateway(
    [
      routeTo('plain', primary),
      routeTo('tried', primary, {
        candidate: { version: 2, url: candidate, mode: 'canary', weight: 5_000 },
        rolloutId: ROLLOUT,
      }),
    ],
    {
      NODE_OPTIONS: `--import ${pathToFileURL(path.resolve('test/support/told-names.mjs')).href}`,
      ...{ TOLD_NAMES: names, UPSTREAM_DNS_TTL_MS: '300', OUTBOUND_ALLOW: '127.0.0.0/8' },
    },
  );
});
afterAll(async () => {
  agent.destroy();
  await gateway.stop();
  for (const address of [ONE, TWO]) await killReplica(address);
  await rm(folder, { recursive: true, force: true });
});

/** @returns which replica has answered, or what came instead */
const ask = (model: string): Promise<string> =>
  new Promise((resolve) => {
    const request = httpRequest(
      `${gateway.url}/models/${model}/infer`,
      { method: 'POST', agent },
      (response) => {
        let body = '';
        response.on('data', (bytes: Buffer) => (body += bytes.toString()));
        response.on('error', (error) => resolve(error.message));
        response.on('end', () => {
          const { statusCode } = response;
          resolve(
            statusCode === 200 ? (JSON.parse(body) as { replica: string }).replica : `${statusCode} ${body}`,
          );
        });
      },
    );
    request.on('error', (error) => resolve(error.message)).end('{}');
  });

/** Callers, one after the other on each of some connections, while `meanwhile` happens. @returns counts by what they got */
async function underLoad(model: string, meanwhile: () => Promise<unknown>): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  let isOver = false;
  const caller = async (): Promise<void> => {
    while (!isOver) {
      const said = await ask(model);
      counts[said] = (counts[said] ?? 0) + 1;
    }
  };
  const all = Promise.all(Array.from({ length: AT_ONCE }, caller));
  await meanwhile().finally(() => (isOver = true));
  await all;
  return counts;
}

const sharesOf = (model: string): Promise<Set<string>> =>
  Promise.all(Array.from({ length: 60 }, () => ask(model))).then((said) => new Set(said));

it.each(['plain', 'tried'])(
  '%s: one of two replicas is killed under load, and no caller fails',
  async (model) => {
    expect(await sharesOf(model)).toEqual(new Set([ONE, TWO]));
    const counts = await underLoad(model, async () => {
      for (let i = 0; i < 3; i++) {
        await eventually(
          () => sharesOf(model),
          (said) => said.size === 2,
        );
        await killReplica(TWO);
        await eventually(
          () => sharesOf(model),
          (said) => said.size === 1,
        );
        await startReplica(TWO, port);
      }
      // It is found again by itself.
      await eventually(
        () => sharesOf(model),
        (said) => said.size === 2,
      );
    });
    expect(Object.keys(counts).sort()).toEqual([ONE, TWO]);
    expect(counts[ONE]).toBeGreaterThan(100);
  },
  120_000,
);

it('a name that moves is followed, and where it was may stop, under load', async () => {
  const counts = await underLoad('tried', async () => {
    await tell([ONE]);
    await eventually(
      () => sharesOf('tried'),
      (said) => said.size === 1 && said.has(ONE),
    );
    await tell([TWO]);
    await eventually(
      () => sharesOf('tried'),
      (said) => said.size === 1 && said.has(TWO),
    );
    await killReplica(ONE);
    await sharesOf('tried');
  });
  expect(Object.keys(counts).sort()).toEqual([ONE, TWO]);
}, 120_000);
