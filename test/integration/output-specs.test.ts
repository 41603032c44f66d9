import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Json } from '../support/api.ts';
import { eventually, type Installation, startInstallation } from '../support/installation.ts';
import { json, startModelServer, type TestModelServer } from '../support/model-server.ts';

let site: Installation;
const servers: TestModelServer[] = [];
beforeAll(async () => {
  site = await startInstallation();
});
afterAll(async () => {
  await site.close();
  await Promise.all(servers.map((server) => server.stop()));
});

async function serve(answer: (n: number) => unknown): Promise<string> {
  const server = await startModelServer((_request, body, response) =>
    json(response, answer((JSON.parse(body || '{}') as { n?: number }).n ?? 0)),
  );
  servers.push(server);
  return server.url;
}
const classOf = (n: number) => ({ result: { class: n % 2 ? 'odd' : 'even' } });
const right = { kind: 'label', path: '$.result.class' };
const wrong = { kind: 'label', path: '$.result.klass' };
const shadow = {
  name: 'shadow',
  steps: [{ shadow: { minRequests: 40, maxDuration: '10m' } }],
  gates: [{ metric: 'agreement', min: 0.5 }],
};

const ask = (model: string, n: number) =>
  fetch(`${site.gatewayUrl}/models/${model}/predict`, { method: 'POST', body: JSON.stringify({ n }) });

async function register(model: string, more: Json): Promise<Json> {
  const answer = await site.api.call('POST', `/models/${model}/versions`, { createModel: true, ...more });
  expect([answer.status, answer.body['errors'] ?? []]).toEqual([201, []]);
  return answer.body;
}
/** A model whose first version serves. */
async function serving(model: string, servingUrl: string, outputSpec: unknown): Promise<void> {
  await register(model, { servingUrl, outputSpec, rollout: false });
  await site.api.call('POST', `/models/${model}/promote`, { version: 1, reason: 'first' });
  await eventually(
    () => ask(model, 0),
    (answer) => answer.status === 200,
  );
}
async function untilEnded(model: string, rollout: string): Promise<Json> {
  let n = 0;
  return eventually(
    async () => {
      for (let i = 0; i < 10; i++) await (await ask(model, n++)).arrayBuffer();
      return (await site.api.call('GET', `/rollouts/${rollout}`)).body;
    },
    (body) => !['running', 'pending', 'baking'].includes(body['state'] as string),
    60_000,
  );
}

describe('each version is read by its own output spec', () => {
  it.each([
    [
      'whose answers have moved',
      (n: number) => ({ label: n % 2 ? 'odd' : 'even' }),
      { kind: 'label', path: '$.label' },
      right,
    ],
    ['that corrects the spec of the primary', classOf, right, wrong],
    ['that brings the first spec', (n: number) => ({ ...classOf(n), by: 'version 2' }), right, null],
  ] as const)('a release %s is compared, and promoted', async (name, answer, spec, before) => {
    const model = name.replaceAll(' ', '-');
    await serving(model, await serve(classOf), before);
    const two = await register(model, {
      ...{ servingUrl: await serve(answer), outputSpec: spec, rollout: { policy: shadow } },
    });
    const ended = await untilEnded(model, two['rollout'].id as string);
    expect([ended['state'], ended['verdicts'][0]]).toMatchObject(['succeeded', { verdict: 'pass' }]);
  });

  it('a release that answers otherwise is not promoted', async () => {
    await serving('otherwise', await serve(classOf), right);
    const two = await register('otherwise', {
      servingUrl: await serve(() => ({ label: 'neither' })),
      ...{ outputSpec: { kind: 'label', path: '$.label' }, rollout: { policy: shadow } },
    });
    expect(await untilEnded('otherwise', two['rollout'].id as string)).toMatchObject({
      state: 'rolled_back',
    });
  });
});
