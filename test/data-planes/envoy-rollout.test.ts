import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ENVOY, isServing, startEnvoy, type TestEnvoy } from '../support/gateways/envoy.ts';
import { type LoneXds, startLoneXds } from '../support/gateways/lone-xds.ts';
import { eventually, type Installation, startInstallation } from '../support/installation.ts';
import { json, startModelServer, type TestModelServer } from '../support/model-servers/model-server.ts';

/** Real api, worker, xDS server and Envoy, without the built-in gateway. */
const POLICY = {
  name: 'by-hand',
  steps: [{ canary: { weight: '50%', minRequests: 1_000_000, maxDuration: '1h' } }],
  gates: [{ metric: 'error_rate', maxIncrease: 0.99 }],
};

let site: Installation;
let xds: LoneXds;
let envoy: TestEnvoy;
let servers: TestModelServer[] = [];

const versionsOf = async (model: string, units = 40): Promise<readonly string[]> => {
  const versions = await Promise.all(
    Array.from({ length: units }, async (_, i) => {
      const response = await fetch(`${envoy.url}/models/${model}/infer`, {
        ...{ method: 'POST', body: '{}', headers: { 'x-understudy-unit': `u${i}` } },
      });
      await response.arrayBuffer();
      return response.ok
        ? (response.headers.get('x-understudy-version') ?? 'none')
        : `status ${response.status}`;
    }),
  );
  return [...new Set(versions)].sort();
};
const register = async (servingUrl: string, rollout: unknown) => {
  const body = { servingUrl, createModel: true, rollout };
  const answer = await site.api.call('POST', '/models/ranker/versions', body);
  expect(answer.status).toBe(201);
  return answer.body;
};

(ENVOY ? describe : describe.skip)('a rollout through Envoy', () => {
  beforeAll(async () => {
    site = await startInstallation();
    await site.gateway.kill('SIGTERM');
    servers = await Promise.all(
      ['one', 'two'].map((name) => startModelServer((_, __, response) => json(response, { name }))),
    );
    xds = await startLoneXds([], {
      API_URL: site.api.url,
      UNDERSTUDY_TOKEN: await site.api.token('gateway'),
    });
    // A token of its own, which the api knows.
    envoy = await startEnvoy({ port: xds.port, token: await site.api.token('gateway') }, 'rollout');
    await isServing(envoy);
  });
  afterAll(async () => {
    await envoy?.kill();
    await xds?.stop();
    await site?.close();
    for (const server of servers) await server.stop();
  });

  it('reaches Envoy, is acknowledged by it, and so is its end', async () => {
    const [one, two] = servers.map(({ url }) => url) as [string, string];
    await register(one, true);
    await eventually(
      () => versionsOf('ranker', 1),
      (all) => all.join() === '1',
    );
    const { rollout } = await register(two, { policy: POLICY });
    await eventually(
      () => versionsOf('ranker'),
      (all) => all.join() === '1,2',
    );
    // Its clock starts when the data planes have the route: that is Envoy alone.
    await eventually(
      async () => (await site.api.call('GET', `/rollouts/${rollout.id}`)).body,
      (seen) => typeof seen['step']?.startedAt === 'string',
    );
    const ended = await site.api.call('POST', '/models/ranker/rollback', { reason: 'enough' });
    expect(ended.status).toBeLessThan(300);
    await eventually(
      () => versionsOf('ranker'),
      (all) => all.join() === '1',
    );
  });
});
