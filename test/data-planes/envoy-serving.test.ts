import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { type ClientDuplexStream, credentials, makeGenericClientConstructor, Metadata } from '@grpc/grpc-js';
import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import { freePort } from '#libs/processes';
import type { Route } from '#libs/traffic';
import { loadEnvoyMessages } from '../../apps/xds/src/envoy-messages.ts';
import { ENVOY, isServing, startEnvoy, type TestEnvoy } from '../support/gateways/envoy.ts';
import { makePrivateCa, type PrivateCa } from '../support/gateways/private-ca.ts';
import { routeTo } from '../support/gateways/lone-gateway.ts';
import { type LoneXds, startLoneXds } from '../support/gateways/lone-xds.ts';
import { eventually } from '../support/installation.ts';
import { json, startModelServer, type TestModelServer } from '../support/model-servers/model-server.ts';

/** Real Envoy by routes from the xDS server's disk: the api is away all the time. */
const ROLLOUT = '00000000-0000-4000-8000-000000000001';

const servers: TestModelServer[] = [];
let undo: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const step of undo.reverse()) await step();
  undo = [];
});
afterAll(() => Promise.all(servers.map((one) => one.stop())));

async function serve(status: number, name: string): Promise<TestModelServer> {
  const server = await startModelServer((request, _, response) =>
    json(
      response,
      { name, url: request.url, host: request.headers.host, arm: request.headers['x-understudy-arm'] },
      status,
    ),
  );
  servers.push(server);
  return server;
}

async function started(
  routes: readonly Route[],
  env: Record<string, string> = {},
): Promise<{ xds: LoneXds; envoy: TestEnvoy }> {
  const xds = await startLoneXds(routes, env);
  undo.push(() => xds.stop());
  const envoy = await startEnvoy(xds, 'serving');
  undo.push(() => envoy.kill());
  await isServing(envoy);
  return { xds, envoy };
}

const tried = (model: string, primary: string, candidate: string, changes: Partial<Route> = {}): Route =>
  routeTo(model, primary, {
    candidate: { version: 2, url: candidate, mode: 'canary', weight: 10_000 },
    ...{ rolloutId: ROLLOUT, ...changes },
  });

const ask = async (envoy: TestEnvoy, model: string, init: RequestInit = {}, rest = '/infer') => {
  const response = await fetch(`${envoy.url}/models/${model}${rest}`, {
    method: 'POST',
    body: '{}',
    ...init,
  });
  const text = await response.text();
  const { headers } = response;
  return {
    status: response.status,
    version: headers.get('x-understudy-version'),
    arm: headers.get('x-understudy-arm'),
    type: headers.get('content-type'),
    body: text.startsWith('{') ? (JSON.parse(text) as Record<string, unknown>) : text,
  };
};

(ENVOY ? describe : describe.skip)('Envoy', () => {
  it('asks the primary where the candidate fails, so that no caller does', async () => {
    const [good, bad, busy] = [await serve(200, 'good'), await serve(500, 'bad'), await serve(429, 'busy')];
    const closed = `http://127.0.0.1:${await freePort()}`;
    const { envoy } = await started([
      tried('broken', good.url, bad.url),
      tried('busy', good.url, busy.url),
      tried('away', good.url, closed),
      tried('once', good.url, bad.url, {
        callers: { unit: { from: 'header', name: 'x-understudy-unit' }, repeatable: false },
      }),
    ]);
    for (const model of ['broken', 'busy', 'away'])
      for (let i = 0; i < 100; i++)
        expect(await ask(envoy, model)).toMatchObject({
          status: 200,
          version: '1',
          arm: 'primary',
          body: { name: 'good' },
        });
    expect([bad.hits(), busy.hits()]).toEqual([100, 100]);
    // What may not be sent twice is the candidate's alone.
    expect(await ask(envoy, 'once')).toMatchObject({ status: 500, version: '2', arm: 'candidate' });
    expect(await ask(envoy, 'once', { method: 'POST', body: 'x'.repeat(100) })).toMatchObject({
      status: 500,
    });
  });

  it('sends more callers at once to the primary than its own limit of retries would let it', async () => {
    const [good, bad] = [await serve(200, 'good'), await serve(500, 'bad')];
    const { envoy } = await started([tried('broken', good.url, bad.url)]);
    const statuses = await Promise.all(Array.from({ length: 200 }, () => ask(envoy, 'broken')));
    expect(statuses.filter(({ status }) => status !== 200)).toEqual([]);
  });

  it('rewrites paths as the gateway does, and passes on no header of ours', async () => {
    const server = await serve(200, 'paths');
    const { envoy } = await started([routeTo('paths', `${server.url}/base`)]);
    for (const [rest, url] of [
      ['/v2/models/m/infer?a=1&b=%20x', '/base/v2/models/m/infer?a=1&b=%20x'],
      ['', '/base/'],
      ['/', '/base/'],
      ['/a/./b/../c', '/base/a/c'],
    ])
      expect(
        (await ask(envoy, 'paths', { headers: { 'x-understudy-arm': 'candidate' } }, rest)).body,
      ).toEqual({
        ...{ name: 'paths', url, host: new URL(server.url).host },
      });
  });

  it('speaks https to model servers, and to none whose certificate nobody vouches for', async () => {
    const [ours, other] = [makePrivateCa(), makePrivateCa()];
    const secure = async (ca: PrivateCa): Promise<number> => {
      const { cert, key } = ca.issue('server');
      const server = createServer({ cert, key }, (request, response) => {
        request.resume();
        json(response, { host: request.headers.host });
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      undo.push(async () => void server.close());
      return (server.address() as AddressInfo).port;
    };
    const [trusted, unknown] = [await secure(ours), await secure(other)];
    const { envoy } = await started(
      [
        routeTo('by-name', `https://localhost:${trusted}`),
        routeTo('by-address', `https://127.0.0.1:${trusted}`),
        routeTo('unknown', `https://localhost:${unknown}`),
      ],
      { UPSTREAM_TLS_CA: ours.caFile },
    );
    for (const [model, host] of [
      ['by-name', `localhost:${trusted}`],
      ['by-address', `127.0.0.1`],
    ])
      await eventually(
        () => ask(envoy, model ?? ''),
        ({ status, body }) => status === 200 && (body as Record<string, unknown>)['host'] === host,
      );
    expect(await ask(envoy, 'unknown')).toMatchObject({ status: 503 });
    for (const ca of [ours, other]) ca.remove();
  });

  it('answers for what nobody serves', async () => {
    const server = await serve(200, 'old');
    const { envoy } = await started([
      routeTo('gone', server.url, { retired: { reason: 'r'.repeat(5_000), since: '2026-01-01T00:00:00Z' } }),
      routeTo('keyed', `${server.url}/?code=1`),
    ]);
    expect(await ask(envoy, 'gone')).toMatchObject({ status: 410, body: { code: 'model_retired' } });
    expect(await ask(envoy, 'none')).toMatchObject({
      ...{ status: 404, type: 'application/problem+json', body: { code: 'model_not_served' } },
    });
    expect(await ask(envoy, 'keyed')).toMatchObject({ status: 503, body: { code: 'not_by_envoy' } });
  });

  it('tells models apart whose names begin alike', async () => {
    const names = ['m', 'm-2', 'm-20', 'm.x'];
    const routes = await Promise.all(names.map(async (name) => routeTo(name, (await serve(200, name)).url)));
    const { envoy } = await started(routes);
    for (const name of names)
      for (const rest of ['/infer', '', '?a=1'])
        expect(await ask(envoy, name, {}, rest)).toMatchObject({ status: 200, body: { name } });
    for (const name of ['m-', 'm-200', 'mx', 'm.'])
      expect(await ask(envoy, name)).toMatchObject({ status: 404, body: { code: 'model_not_served' } });
  });

  it('goes on without a route that it refuses, which is said in its words; the others are served', async () => {
    const server = await serve(200, 'good');
    // The registry takes no such name, and Envoy no such path.
    const routes = ['one', 'odd?name', 'two'].map((model) => routeTo(model, server.url));
    const { xds, envoy } = await started(routes);
    for (const model of ['one', 'two'])
      await eventually(
        () => ask(envoy, model),
        ({ status }) => status === 200,
      );
    const ready = await (await fetch(`${xds.adminUrl}/readyz`)).text();
    expect(ready).toMatch(/serving refuses understudy:odd\?name: .*PathSeparatedPrefix/);
    expect(ready).toContain('serving is connected and serves 2 models');
    expect(await (await fetch(`${xds.adminUrl}/metrics`)).text()).toMatch(
      /understudy_xds_refused_total\{node="serving",of="routes"\} [1-9]/,
    );
  });

  it('says what it cannot do for a route, whose callers go to the primary', async () => {
    const [one, two] = [await serve(200, 'one'), await serve(200, 'two')];
    const shadow = { version: 2, url: two.url, mode: 'shadow', weight: 10_000 } as const;
    const { xds, envoy } = await started([
      tried('shadowed', one.url, two.url, { candidate: shadow }),
      tried('by-body', one.url, two.url, {
        callers: { unit: { from: 'json', name: '$.u' }, repeatable: true },
      }),
      tried('elsewhere', one.url, `${two.url}/other`),
    ]);
    for (const model of ['shadowed', 'by-body', 'elsewhere'])
      expect(await ask(envoy, model)).toMatchObject({ status: 200, version: '1', arm: 'primary' });
    expect(two.hits()).toBe(0);
    const figures = await (await fetch(`${xds.adminUrl}/metrics`)).text();
    for (const [model, why] of [
      ['shadowed', 'shadow'],
      ['by-body', 'unit_in_body'],
      ['elsewhere', 'paths_differ'],
    ])
      expect(figures).toContain(`understudy_xds_limits{model="${model}",of="candidate",why="${why}"} 1`);
  });

  it('serves on while the xDS server is away, and again after a restart of either', async () => {
    const server = await serve(200, 'good');
    const ports = { callers: await freePort(), admin: await freePort() };
    const xdsPort = String(await freePort());
    const first = await startLoneXds([routeTo('kept', server.url)], { XDS_PORT: xdsPort });
    let envoy = await startEnvoy(first, 'kept', ports);
    undo.push(() => envoy.kill());
    await isServing(envoy);
    await first.process.kill('SIGKILL');
    expect(await ask(envoy, 'kept')).toMatchObject({ status: 200 });
    const second = await startLoneXds([], { XDS_PORT: xdsPort, UNDERSTUDY_HOME: first.home });
    undo.push(() => second.stop());
    await envoy.kill('SIGKILL');
    envoy = await startEnvoy(second, 'kept', ports);
    await isServing(envoy);
    expect(await ask(envoy, 'kept')).toMatchObject({ status: 200, version: '1' });
  });

  it('is told nothing without a token that the api knows', async () => {
    const xds = await startLoneXds([routeTo('secret', 'http://127.0.0.1:9')]);
    undo.push(() => xds.stop());
    expect(await refusalOf(xds.port, {})).toMatch(/^16 UNAUTHENTICATED: No token/);
    expect(await refusalOf(xds.port, { authorization: 'Bearer another-one' })).toMatch(
      /^14 UNAVAILABLE: The api, which would know this token, does not answer/,
    );
  });
});

/** What a stream of the incremental protocol ends with. */
function refusalOf(port: number, headers: Record<string, string>): Promise<string> {
  const { aggregatedDiscovery } = loadEnvoyMessages();
  const Ads = makeGenericClientConstructor(aggregatedDiscovery, 'Ads');
  const client = new Ads(`127.0.0.1:${port}`, credentials.createInsecure());
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(headers)) metadata.set(name, value);
  const call = (
    client['DeltaAggregatedResources'] as (m: Metadata) => ClientDuplexStream<object, object>
  ).call(client, metadata);
  call.write({ node: { id: 'stranger' }, type_url: 'type.googleapis.com/envoy.config.cluster.v3.Cluster' });
  return new Promise((resolve) => {
    call.on('data', (told) => resolve(`told: ${JSON.stringify(told)}`));
    call.on('error', (error) => resolve(error.message));
  }).then((said) => {
    client.close();
    return said as string;
  });
}
