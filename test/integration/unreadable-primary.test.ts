import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Json } from '../support/api.ts';
import { eventually, type Installation, startInstallation } from '../support/installation.ts';
import { json, startModelServer, type TestModelServer } from '../support/model-servers/model-server.ts';

let site: Installation;
const servers: TestModelServer[] = [];
beforeAll(async () => {
  site = await startInstallation();
});
afterAll(async () => {
  await site.close();
  await Promise.all(servers.map((server) => server.stop()));
});

async function register(model: string, more: Json): Promise<Json> {
  const server = await startModelServer((_request, _body, response) => json(response, { label: 'a' }));
  servers.push(server);
  const answer = await site.api.call('POST', `/models/${model}/versions`, {
    ...{ createModel: true, servingUrl: server.url, outputSpec: { kind: 'label', path: '$.lable' }, ...more },
  });
  expect([answer.status, answer.body['errors'] ?? []]).toEqual([201, []]);
  return answer.body;
}
const ask = async (model: string, unit: number): Promise<string | null> => {
  const response = await fetch(`${site.gatewayUrl}/models/${model}/predict`, {
    ...{ method: 'POST', body: '{}', headers: { 'x-understudy-unit': `u${unit}` } },
  });
  await response.arrayBuffer();
  return response.status === 200 ? response.headers.get('x-understudy-arm') : String(response.status);
};

it.each([
  [
    'canary',
    { canary: { weight: '50%', minRequests: 30, maxDuration: '10m' } },
    { metric: 'error_rate', maxIncrease: 0.05 },
  ],
  [
    'shadow',
    { shadow: { sample: '100%', minRequests: 30, maxDuration: '10m' } },
    { metric: 'agreement', min: 0.9 },
  ],
])(
  'a %s whose output spec reads none of the primary’s answers pauses, says why, and replaces nothing',
  async (model, step, gate) => {
    await register(model, { rollout: true });
    await eventually(
      () => ask(model, 0),
      (arm) => arm === 'primary',
    );
    const policy = { name: 'trial', steps: [step], gates: [gate], promoteWhen: 'notFailed' };
    const rollout = (await register(model, { rollout: { policy } }))['rollout'].id as string;
    const show = async (): Promise<Json> => (await site.api.call('GET', `/rollouts/${rollout}`)).body;
    await eventually(show, (body) => Boolean(body['step']?.startedAt));
    const arms: Record<string, number> = {};
    let unit = 0;
    const ended = await eventually(
      async () => {
        for (let i = 0; i < 5; i++) {
          const arm = (await ask(model, unit++)) ?? '';
          arms[arm] = (arms[arm] ?? 0) + 1;
        }
        return show();
      },
      (body) => body['state'] !== 'running',
      60_000,
    );
    expect(ended).toMatchObject({
      state: 'paused',
      decision: {
        because: expect.stringMatching(
          /^output_spec: the output spec reads 0 of \d+ primary answers/,
        ) as unknown,
      },
    });
    const [evidence] = (await site.api.call('GET', `/rollouts/${rollout}/evidence`)).body['items'] as Json[];
    expect(evidence?.['candidate']).toMatchObject({ errors: 0, replaced: {} });
    if (model === 'canary') expect(arms['candidate']).toBeGreaterThan(10);
    expect(Object.keys(arms).sort()).toEqual(model === 'canary' ? ['candidate', 'primary'] : ['primary']);
  },
);
