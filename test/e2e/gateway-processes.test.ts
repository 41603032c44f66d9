import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { chooseArm, type Route } from '#libs/traffic';
import { eventually } from '../support/installation.ts';
import { type LoneGateway, routeTo, startLoneGateway } from '../support/gateways/lone-gateway.ts';
import { json, startModelServer, type TestModelServer } from '../support/model-servers/model-server.ts';
import { sayRaw } from '../support/model-servers/raw-http.ts';

const rollout = (n: number): string => `00000000-0000-4000-8000-00000000000${n}`;
const canary = (url: string, weight: number) => ({ version: 2, url, mode: 'canary', weight }) as const;

let gateway: LoneGateway;
let servers: TestModelServer[];
let split: Route;
beforeAll(async () => {
  const fine = () => startModelServer((_request, _body, response) => json(response, {}));
  const failing = () => startModelServer((_request, _body, response) => json(response, {}, 500));
  servers = [await fine(), await fine(), await failing()];
  const [one, two, three] = servers.map((server) => server.url) as [string, string, string];
  split = routeTo('split', one, { candidate: canary(two, 3_000), rolloutId: rollout(1) });
  gateway = await startLoneGateway(
    [split, routeTo('failing', one, { candidate: canary(three, 5_000), rolloutId: rollout(2) })],
    { GATEWAY_PROCESSES: '3', LOG_LEVEL: 'warn' },
  );
});
afterAll(async () => {
  await gateway.stop();
  await Promise.all(servers.map((server) => server.stop()));
});

/** One request on a connection of its own, which any of the processes may get. */
async function ask(model: string, unit: string): Promise<{ status: number; version: string | undefined }> {
  const head = `POST /models/${model}/x HTTP/1.1\r\nHost: g\r\nConnection: close\r\nx-understudy-unit: ${unit}\r\n`;
  const text = await sayRaw(gateway.port, `${head}Content-Length: 2\r\n\r\n{}`, 5_000);
  return {
    status: Number(/^HTTP\/1.1 (\d+)/.exec(text)?.[1]),
    version: /x-understudy-version: (\d+)/.exec(text)?.[1],
  };
}
const metric = async (name: string): Promise<number> => {
  const text = await (await fetch(`${gateway.url}/metrics`, { headers: { connection: 'close' } })).text();
  return text
    .split('\n')
    .filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `))
    .reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
};

describe('three gateway processes behind one port', () => {
  it('have the same arm for the same unit, which anybody can compute', async () => {
    await fc.assert(
      fc.asyncProperty(fc.stringMatching(/^[a-z0-9]{1,12}$/), async (unit) => {
        const version = chooseArm(split, unit) === 'candidate' ? '2' : '1';
        // Connections are dealt out in turn: all three are asked.
        for (let i = 0; i < 4; i++) expect(await ask('split', unit)).toEqual({ status: 200, version });
      }),
      { numRuns: 100 },
    );
  });

  it('say one sum of their metrics, whichever is asked', async () => {
    const before = await metric('understudy_gateway_requests_total');
    for (let i = 0; i < 30; i++) await ask('split', `u${i}`);
    for (let i = 0; i < 3; i++) expect(await metric('understudy_gateway_requests_total')).toBe(before + 30);
    expect(await metric('understudy_gateway_upstream_seconds_count')).toBeGreaterThan(0);
  });

  it('stop sending callers to a candidate that fails hard, all of them, when one has seen it', async () => {
    const failing = servers[2] as TestModelServer;
    let asked = -1;
    await eventually(
      async () => {
        for (let i = 0; i < 20; i++) expect((await ask('failing', `u${Math.random()}`)).status).toBe(200);
        const now = failing.hits();
        const still = now === asked;
        asked = now;
        return still;
      },
      (still) => still,
      20_000,
    );
    // Eight failures of one process, and what the others had begun: not eight of each and more.
    expect(failing.hits()).toBeLessThan(40);
  });

  it('go on when one of them is killed, and there are three again', async () => {
    const pids = async (): Promise<string[]> => {
      const parent = String(gateway.process.child.pid);
      const found: string[] = [];
      for (const pid of await readdir('/proc')) {
        if (!/^\d+$/.test(pid)) continue;
        if ((await parentOf(pid)) === parent) found.push(pid);
      }
      return found;
    };
    const before = await pids();
    expect(before).toHaveLength(3);
    process.kill(Number(before[0]), 'SIGKILL');
    // What the parent hands over to a process that it does not know to be dead yet is lost with it.
    await eventually(pids, (now) => !now.includes(before[0] ?? ''));
    for (let i = 0; i < 20; i++) expect((await ask('split', `k${i}`)).status).toBe(200);
    const after = await eventually(pids, (now) => now.length === 3, 15_000);
    expect(after).not.toContain(before[0]);
    for (let i = 0; i < 20; i++) expect((await ask('split', `k${i}`)).status).toBe(200);
  });

  it('keep on disk what they could not deliver, each its own, and end in order', async () => {
    await gateway.process.kill('SIGTERM');
    expect(gateway.process.child.exitCode).toBe(0);
    const files = await readdir(path.join(gateway.home, 'gateway'));
    expect(files.filter((file) => file.startsWith('evidence-')).length).toBeGreaterThan(0);
    gateway.process = await gateway.start();
    expect((await ask('split', 'again')).status).toBe(200);
  });
});

async function parentOf(pid: string): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1] ?? '';
}
