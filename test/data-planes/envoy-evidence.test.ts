import { randomUUID } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import { freePort } from '#libs/processes';
import { bucketIndex, HISTOGRAM, mergeUnits, UNIT_GROUPS } from '#libs/stats';
import { chooseArm, type Route, unitGroup, unitHash } from '#libs/traffic';
import { ENVOY, isServing, startEnvoy, type TestEnvoy } from '../support/gateways/envoy.ts';
import { type EvidenceSink, startEvidenceSink } from '../support/gateways/evidence-sink.ts';
import { routeTo } from '../support/gateways/lone-gateway.ts';
import { type LoneXds, startLoneXds } from '../support/gateways/lone-xds.ts';
import { eventually } from '../support/installation.ts';
import { json, startModelServer, type TestModelServer } from '../support/model-servers/model-server.ts';

/** What real Envoys log, as it arrives at who takes evidence in the api's stead. */
const ANSWER_MS = 700;

const servers: TestModelServer[] = [];
let undo: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const step of undo.reverse()) await step();
  undo = [];
});
afterAll(() => Promise.all(servers.map((one) => one.stop())));

async function serve(...answer: Parameters<typeof startModelServer>): Promise<string> {
  const server = await startModelServer(...answer);
  servers.push(server);
  return server.url;
}
const answering = (status: number, afterMs = 0): Promise<string> =>
  serve((_, __, response) => void setTimeout(() => json(response, { status }, status), afterMs));

const tried = (model: string, primary: string, candidate: string, changes: Partial<Route> = {}): Route =>
  routeTo(model, primary, {
    candidate: { version: 2, url: candidate, mode: 'canary', weight: 5_000 },
    ...{ rolloutId: randomUUID(), revision: 7, salt: 'salt', ...changes },
  });

interface Started {
  readonly xds: LoneXds;
  readonly envoy: TestEnvoy;
  readonly sink: EvidenceSink;
}
async function started(routes: readonly Route[], env: Record<string, string> = {}): Promise<Started> {
  const sink = await startEvidenceSink();
  undo.push(() => sink.stop());
  const xds = await startLoneXds(routes, {
    API_URL: sink.url,
    ...env,
  });
  undo.push(() => xds.stop());
  const envoy = await startEnvoy(xds, 'evidence');
  undo.push(() => envoy.kill());
  await isServing(envoy);
  return { xds, envoy, sink };
}

const ask = async (envoy: TestEnvoy, model: string, unit: string): Promise<number> => {
  const response = await fetch(`${envoy.url}/models/${model}/infer`, {
    ...{ method: 'POST', body: '{}', headers: { 'x-understudy-unit': unit } },
  });
  await response.arrayBuffer();
  return response.status;
};
const askMany = async (envoy: TestEnvoy, model: string, units: readonly string[]): Promise<number[]> => {
  const statuses: number[] = [];
  for (let i = 0; i < units.length; i += 20)
    statuses.push(...(await Promise.all(units.slice(i, i + 20).map((unit) => ask(envoy, model, unit)))));
  return statuses;
};
const unitsOf = (count: number, name = 'unit'): string[] =>
  Array.from({ length: count }, (_, i) => `${name}-${i}`);
const inArm = (route: Route, units: readonly string[], arm: string): string[] =>
  units.filter((unit) => chooseArm(route, unit) === arm);

/** Waits until both arms together have so many requests. */
const counted = (sink: EvidenceSink, { rolloutId }: Route, requests: number) =>
  eventually(
    async () => [sink.tally(rolloutId ?? '', 'primary'), sink.tally(rolloutId ?? '', 'candidate')] as const,
    ([primary, candidate]) => primary.requests + candidate.requests >= requests,
  );

(ENVOY ? describe : describe.skip)('evidence of Envoy', () => {
  it('has each request in its arm, with its unit, and its time', async () => {
    const route = tried('well', await answering(200), await answering(200, 100));
    const { xds, envoy, sink } = await started([route]);
    const units = unitsOf(400);
    expect(new Set(await askMany(envoy, 'well', units))).toEqual(new Set([200]));
    const tallies = await counted(sink, route, 400);
    for (const [tally, arm] of [
      [tallies[0], 'primary'],
      [tallies[1], 'candidate'],
    ] as const) {
      const own = inArm(route, units, arm);
      expect([tally.requests, tally.errors]).toEqual([own.length, 0]);
      const groups: Record<string, number> = {};
      for (const unit of own) {
        const group = String(unitGroup('salt', unit, UNIT_GROUPS));
        groups[group] = (groups[group] ?? 0) + 1;
      }
      expect(tally.histograms[HISTOGRAM.unitRequests]).toEqual(groups);
      // A sample of them: those of the smallest hashes.
      expect(tally.units).toEqual(mergeUnits([own.map((unit) => unitHash('salt', unit))]));
    }
    // Buckets are about 1 % wide; the candidate answers after 100 ms.
    const least = (buckets: Readonly<Record<string, number>>) =>
      Math.min(...Object.keys(buckets).map(Number));
    expect(least(tallies[1].latency.buckets)).toBeGreaterThan(least(tallies[0].latency.buckets));
    const figures = await (await fetch(`${xds.adminUrl}/metrics`)).text();
    expect(figures).toMatch(/^understudy_xds_logged_total\{node="evidence"\} 400$/m);
    expect(figures).toMatch(/^understudy_xds_logs_missing 0$/m);
  });

  it.each<[string, () => Promise<string>, string]>([
    ['errs', () => answering(500), '5xx'],
    ['has too much to do', () => answering(429), 'overload'],
    ['is not there', async () => `http://127.0.0.1:${await freePort()}`, 'unreachable'],
    ['hangs up', () => serve((request) => request.socket.destroy()), 'cut_off'],
  ])('a candidate that %s has failed, though its callers have an answer', async (_, candidate, reason) => {
    const route = tried('broken', await answering(200), await candidate());
    const { envoy, sink } = await started([route]);
    const units = unitsOf(60);
    expect(new Set(await askMany(envoy, 'broken', units))).toEqual(new Set([200]));
    const [primary, failing] = await counted(sink, route, 60);
    const own = inArm(route, units, 'candidate').length;
    expect([primary.requests, primary.errors]).toEqual([60 - own, 0]);
    expect([failing.requests, failing.errors]).toEqual([own, own]);
    expect(failing.histograms[HISTOGRAM.failures]).toEqual({ [reason]: own });
    expect(failing.histograms[HISTOGRAM.replaced]).toEqual({ [reason]: own });
  });

  it('a candidate that gives no answer in time has failed by then', async () => {
    const route = tried('late', await answering(200), await serve(() => undefined));
    const { envoy, sink } = await started([route], { CANDIDATE_TIMEOUT_MS: String(ANSWER_MS) });
    const units = unitsOf(40);
    expect(new Set(await askMany(envoy, 'late', units))).toEqual(new Set([200]));
    const [, failing] = await counted(sink, route, 40);
    const own = inArm(route, units, 'candidate').length;
    expect(failing.histograms[HISTOGRAM.failures]).toEqual({ timeout: own });
    expect(failing.latency).toEqual({ count: own, buckets: { [bucketIndex(ANSWER_MS)]: own } });
  });

  it('a failure that reaches callers is counted alike in both arms', async () => {
    const once = {
      callers: { unit: { from: 'header', name: 'x-understudy-unit' }, repeatable: false },
    } as const;
    const refusing = tried('refusing', await answering(404), await answering(404));
    const broken = tried('broken', await answering(500), await answering(500), once);
    const { envoy, sink } = await started([refusing, broken]);
    const units = unitsOf(40);
    for (const [route, reason] of [
      [refusing, '4xx'],
      [broken, '5xx'],
    ] as const) {
      await askMany(envoy, route.model, units);
      const tallies = await counted(sink, route, 40);
      for (const tally of tallies) {
        expect(tally.errors).toBe(tally.requests);
        expect(tally.histograms[HISTOGRAM.failures]).toEqual({ [reason]: tally.requests });
      }
      expect(tallies[1].histograms[HISTOGRAM.replaced]).toBeUndefined();
    }
  });

  it('callers that leave without an answer have had none, in both arms', async () => {
    let asked = 0;
    const waiting = await serve(() => void asked++);
    const route = tried('waiting', waiting, waiting);
    const { envoy, sink } = await started([route]);
    const requests = unitsOf(20).map((unit) => {
      const headers = { 'x-understudy-unit': unit, 'content-length': '2' };
      const request = httpRequest(`${envoy.url}/models/waiting/infer`, { method: 'POST', headers });
      request.on('error', () => undefined);
      return request.end('{}');
    });
    await eventually(
      async () => asked,
      (n) => n === 20,
    );
    // Who leaves within 100 ms has not waited.
    await sleep(200);
    for (const request of requests) request.destroy();
    for (const tally of await counted(sink, route, 20))
      expect(tally.histograms[HISTOGRAM.failures]).toEqual({ abandoned: tally.requests });
  });

  it('the primary alone is counted while it bakes; where nobody is judged, nothing is logged', async () => {
    const url = await answering(200);
    const baking = tried('baking', url, url, { candidate: null });
    const { xds, envoy, sink } = await started([baking, routeTo('plain', url)]);
    await askMany(envoy, 'plain', unitsOf(30));
    await askMany(envoy, 'baking', unitsOf(30));
    const [primary, candidate] = await counted(sink, baking, 30);
    expect([primary.requests, primary.errors, candidate.requests]).toEqual([30, 0, 0]);
    // What is no prediction counts for nobody.
    await fetch(`${envoy.url}/models/baking/v2/health/ready`);
    await ask(envoy, 'baking', 'one-more');
    expect((await counted(sink, baking, 31))[0].requests).toBe(31);
    expect(await (await fetch(`${xds.adminUrl}/metrics`)).text()).toContain(
      'understudy_xds_logged_total{node="evidence"} 31',
    );
  });

  it('waits for an api that is away, on disk where its server ends, and counts once', async () => {
    const port = await freePort();
    const route = tried('patient', await answering(200), await answering(200));
    const home = { API_URL: `http://127.0.0.1:${port}`, XDS_PORT: String(await freePort()) };
    const first = await startLoneXds([route], home);
    const envoy = await startEnvoy(first, 'patient');
    undo.push(() => envoy.kill());
    await isServing(envoy);
    await askMany(envoy, 'patient', unitsOf(50));
    await eventually(
      async () => (await fetch(`${first.adminUrl}/metrics`)).text(),
      (text) => text.includes('understudy_xds_logged_total{node="patient"} 50'),
    );
    await first.process.kill('SIGTERM');
    const second = await startLoneXds([], { ...home, UNDERSTUDY_HOME: first.home });
    undo.push(() => second.stop());
    // Envoy connects again by itself, and logs there.
    await eventually(
      async () => (await fetch(`${second.adminUrl}/readyz`)).text(),
      (text) => text.includes('patient is connected'),
    );
    await askMany(envoy, 'patient', unitsOf(50, 'more'));
    await eventually(
      async () => (await fetch(`${second.adminUrl}/metrics`)).text(),
      (text) => text.includes('understudy_xds_logged_total{node="patient"} 50'),
    );
    const sink = await startEvidenceSink(port);
    undo.push(() => sink.stop());
    await counted(sink, route, 100);
    await sleep(1_500);
    const tallies = await counted(sink, route, 100);
    expect(tallies.map(({ requests }) => requests).reduce((a, b) => a + b)).toBe(100);
  });

  it('a server that is killed costs callers nothing, and the log goes on with the next one', async () => {
    const route = tried('killed', await answering(200), await answering(200));
    const port = String(await freePort());
    const { xds, envoy, sink } = await started([route], { XDS_PORT: port });
    await askMany(envoy, 'killed', unitsOf(40));
    await counted(sink, route, 40);
    await xds.process.kill('SIGKILL');
    expect(new Set(await askMany(envoy, 'killed', unitsOf(40, 'meanwhile')))).toEqual(new Set([200]));
    const second = await startLoneXds([], { API_URL: sink.url, XDS_PORT: port, UNDERSTUDY_HOME: xds.home });
    undo.push(() => second.stop());
    await eventually(
      async () => (await fetch(`${second.adminUrl}/readyz`)).text(),
      (text) => text.includes('evidence is connected'),
    );
    const before = (await counted(sink, route, 40)).map(({ requests }) => requests);
    await askMany(envoy, 'killed', unitsOf(40, 'after'));
    const [primary, candidate] = await counted(sink, route, (before[0] ?? 0) + (before[1] ?? 0) + 40);
    expect(primary.requests + candidate.requests).toBeLessThanOrEqual(120);
  });
});
