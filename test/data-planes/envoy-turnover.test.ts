import { Agent, request as httpRequest } from 'node:http';
import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { Route } from '#libs/traffic';
import { ENVOY, isServing, startEnvoy, type TestEnvoy } from '../support/gateways/envoy.ts';
import { routeTo } from '../support/gateways/lone-gateway.ts';
import { askingDns, startSlowDns } from '../support/gateways/slow-dns.ts';
import { startTurnedXds, type TurnedXds } from '../support/gateways/turned-xds.ts';
import { eventually } from '../support/installation.ts';
import { json, startModelServer } from '../support/model-servers/model-server.ts';

/** Real Envoy while routes are turned over: which clusters it has must suit the requests that begin, and those that are under way. */
const ROLLOUT = '00000000-0000-4000-8000-000000000001';
const SLOWEST_FAILURE_MS = 150;
const [CALLERS, TURNS, FAILURES] = [16, 100, 300];

const agent = new Agent({ keepAlive: true });
let undo: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const step of undo.reverse()) await step();
  undo = [];
  agent.destroy();
});

async function serve(...answer: Parameters<typeof startModelServer>): Promise<string> {
  const server = await startModelServer(...answer);
  undo.push(() => server.stop());
  return server.url;
}
const answering = (status: number, mostMs = 0): Promise<string> =>
  serve(
    (_q, _b, response) => void setTimeout(() => json(response, { status }, status), Math.random() * mostMs),
  );

async function started(
  routes: readonly Route[],
  { drainMs, more }: { drainMs?: number; more?: string } = {},
): Promise<{ xds: TurnedXds; envoy: TestEnvoy }> {
  const xds = await startTurnedXds(routes, drainMs);
  undo.push(() => xds.stop());
  const envoy = await startEnvoy(xds, 'turned', undefined, { more });
  undo.push(() => envoy.kill());
  await isServing(envoy);
  return { xds, envoy };
}

/** @returns the status and what was said with it */
const ask = ({ url }: TestEnvoy, model = 'm'): Promise<string> =>
  new Promise((resolve, reject) => {
    const options = { method: 'POST', agent, headers: { 'content-length': '2' } };
    const request = httpRequest(`${url}/models/${model}/infer`, options, (response) => {
      let text = '';
      response.on('data', (part: Buffer) => (text += part.toString()));
      response.on('error', reject);
      response.on('end', () => resolve(`${response.statusCode} ${text}`));
    });
    request.on('error', reject);
    request.end(Buffer.from('{}'));
  });

/** Versions 1 and 2 take turns as the primary, and the candidate comes and goes: by every route another one than by the one before. */
const turned = (revision: number, good: readonly [string, string], bad: string): Route => {
  const isSecond = Math.floor(revision / 8) % 2 === 1;
  const candidate = { version: 3, url: bad, mode: 'canary', weight: 5_000 } as const;
  return routeTo('m', '', {
    ...{ revision, rolloutId: ROLLOUT, candidate: revision % 2 === 1 ? candidate : null },
    primary: { version: isSecond ? 2 : 1, url: good[isSecond ? 1 : 0] },
  });
};

(ENVOY ? describe : describe.skip)('routes that are turned over', () => {
  it('cost no caller, while candidates fail: who was routed to one still finds the primary', async () => {
    const good = [await answering(200, 20), await answering(200, 20)] as const;
    let failures = 0;
    const bad = await serve((_q, _b, response) => {
      failures++;
      setTimeout(() => json(response, {}, 500), Math.random() * SLOWEST_FAILURE_MS);
    });
    const { xds, envoy } = await started([turned(1, good, bad)]);
    const answers = new Map<string, number>();
    let isOver = false;
    const callers = Array.from({ length: CALLERS }, async () => {
      while (!isOver) {
        const answer = await ask(envoy).catch(String);
        answers.set(answer, (answers.get(answer) ?? 0) + 1);
      }
    });
    let revision = 1;
    while (revision < TURNS || failures < FAILURES) {
      xds.envoys.follow([turned(++revision, good, bad)]);
      await sleep(Math.random() * 2 * SLOWEST_FAILURE_MS);
    }
    isOver = true;
    await Promise.all(callers);
    expect([...answers.keys()]).toEqual(['200 {"status":200}']);
    expect(xds.envoys.served().get('m')).toBeGreaterThan(revision - 10);
  }, 180_000);

  it('leave nothing behind in Envoy, and an answer that is under way then goes to its end', async () => {
    let open: ServerResponse | undefined;
    const streaming = await serve((_q, _b, response) => void (open = response).write('begun'));
    const next = await answering(200);
    const to = (version: number, url: string): Route =>
      routeTo('m', url, { revision: version, primary: { version, url } });
    const { xds, envoy } = await started([to(1, streaming)], { drainMs: 300 });
    const answer = ask(envoy);
    await eventually(
      async () => open,
      (response) => response !== undefined,
    );
    xds.envoys.follow([to(2, next)]);
    const clusters = async () => (await fetch(`${envoy.adminUrl}/clusters`)).text();
    const left = await eventually(clusters, (seen) => !seen.includes('m/v1/'));
    expect(left).toContain('m/v2/');
    open?.end(' and ended');
    expect(await answer).toBe('200 begun and ended');
    expect(await ask(envoy)).toBe('200 {"status":200}');
  }, 60_000);

  it('wait for a new version whose name is not looked up yet, and no other model does', async () => {
    const dns = await startSlowDns();
    undo.push(() => dns.stop());
    const [old, next] = [await answering(200), await serve((_q, _b, response) => json(response, 'next'))];
    const byName = next.replace('127.0.0.1', 'next.models.example');
    const { xds, envoy } = await started([routeTo('m', old), routeTo('n', old)], { more: askingDns(dns) });
    const moved = routeTo('m', byName, { revision: 2, primary: { version: 2, url: byName } });
    xds.envoys.follow([moved, routeTo('n', old)]);
    await eventually(
      async () => dns.waiting(),
      (waiting) => waiting > 0,
    );
    const gone = { reason: 'enough', since: '2026-01-01T00:00:00Z' };
    xds.envoys.follow([moved, routeTo('n', old, { revision: 2, retired: gone })]);
    await eventually(
      () => ask(envoy, 'n'),
      (answer) => answer.startsWith('410'),
    );
    expect(dns.waiting()).toBeGreaterThan(0);
    const before: string[] = [];
    for (let i = 0; i < 50; i++) before.push(await ask(envoy));
    expect(new Set(before)).toEqual(new Set(['200 {"status":200}']));
    dns.answer();
    const answers = new Set<string>();
    await eventually(
      async () => {
        const answer = await ask(envoy);
        answers.add(answer);
        return answer;
      },
      (answer) => answer === '200 "next"',
    );
    expect([...answers].filter((answer) => !answer.startsWith('200'))).toEqual([]);
  }, 60_000);
});
