import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, type Installation, startCallers, startInstallation } from '../support/installation.ts';
import { json, startModelServer, type TestModelServer } from '../support/model-servers/model-server.ts';

/** Long steps: these tests move the rollout by hand. */
const step = { minRequests: 1_000_000, maxDuration: '1h' };
const policy = (...steps: object[]) => ({
  name: 'by-hand',
  steps,
  gates: [{ metric: 'error_rate', maxIncrease: 0.99 }],
  localTrip: false,
});
const SHADOW = policy({ shadow: step });
const CANARY = policy({ canary: { weight: '50%', ...step } });

let site: Installation;
let servers: TestModelServer[] = [];
beforeAll(async () => {
  site = await startInstallation();
});
afterAll(async () => {
  await site.close();
  await Promise.all(servers.map((s) => s.stop()));
});

async function serve(...[answer]: Parameters<typeof startModelServer>): Promise<TestModelServer> {
  const server = await startModelServer(answer);
  servers = [...servers, server];
  return server;
}
const register = async (model: string, servingUrl: string, rollout: unknown = true) => {
  const answer = await site.api.call('POST', `/models/${model}/versions`, {
    servingUrl,
    createModel: true,
    rollout,
  });
  expect(answer.status).toBe(201);
  return answer.body;
};
const route = async (model: string) => (await site.api.call('GET', `/models/${model}/route`)).body;
const call = (model: string, rest = '/predict', init: RequestInit = {}) =>
  fetch(`${site.gatewayUrl}/models/${model}${rest}`, { method: 'POST', body: '{}', ...init });

/** Registers a first version and waits until the gateway serves it. */
async function live(model: string, servingUrl: string): Promise<void> {
  await register(model, servingUrl);
  await eventually(
    async () => {
      const response = await call(model);
      await response.arrayBuffer();
      return response.status;
    },
    (status) => status < 500 && status !== 404,
  );
}
async function candidate(model: string, servingUrl: string, rollout: object): Promise<string> {
  const { rollout: started } = await register(model, servingUrl, { policy: rollout });
  await eventually(
    () => route(model),
    (r) => r['candidate'] !== null && r['candidate'] !== undefined,
  );
  await eventually(
    async () => (await site.api.call('GET', `/rollouts/${started.id}`)).body,
    (r) => r['step']?.startedAt !== null,
  );
  return started.id;
}

describe('the gateway', () => {
  it('forwards method, path, query, headers and body untouched, and says which version answered', async () => {
    const server = await serve((request, body, response) => {
      response.setHeader('x-model', 'yes');
      response.setHeader('set-cookie', ['a=1', 'b=2']);
      json(
        response,
        {
          method: request.method,
          url: request.url,
          body,
          accept: request.headers.accept,
          connection: request.headers['x-hop'] ?? null,
        },
        201,
      );
    });
    await live('echo', server.url);
    const response = await call('echo', '/v2/models/echo/infer?a=1&b=%20x', {
      method: 'PUT',
      body: '{"x": 1}',
      headers: { accept: 'text/x', 'x-request-id': 'r-1' },
    });
    expect(response.status).toBe(201);
    expect(await response.json()).toEqual({
      method: 'PUT',
      url: '/v2/models/echo/infer?a=1&b=%20x',
      body: '{"x": 1}',
      accept: 'text/x',
      connection: null,
    });
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'x-model': 'yes',
      'x-understudy-version': '1',
      'x-understudy-arm': 'primary',
      'x-request-id': 'r-1',
    });
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
  });

  it('passes a body through that is larger than what it would hold', async () => {
    const server = await serve((_request, body, response) => json(response, { length: body.length }));
    await live('large', server.url);
    const body = 'x'.repeat(12 * 1024 * 1024);
    expect(await (await call('large', '/', { body })).json()).toEqual({ length: body.length });
  });

  it('has one clear error for a model or a path that it does not know', async () => {
    const unknown = await call('ghost');
    expect([unknown.status, unknown.headers.get('content-type')]).toEqual([404, 'application/problem+json']);
    expect(await unknown.json()).toMatchObject({ code: 'model_not_served' });
    expect(await (await fetch(`${site.gatewayUrl}/predict`)).json()).toMatchObject({ code: 'path_unknown' });
  });

  it('keeps a unit on its arm', async () => {
    const one = await serve((_request, _body, response) => json(response, { v: 1 }));
    const two = await serve((_request, _body, response) => json(response, { v: 2 }));
    await live('sticky', one.url);
    await candidate('sticky', two.url, CANARY);
    const armOf = async (unit: string): Promise<string | null> => {
      const response = await call('sticky', '/', { headers: { 'x-understudy-unit': unit } });
      await response.arrayBuffer();
      return response.headers.get('x-understudy-arm');
    };
    await eventually(
      async () => Promise.all(Array.from({ length: 20 }, (_v, i) => armOf(`u${i}`))),
      (arms) => arms.includes('candidate'),
    );
    for (const unit of ['anna', 'ben', 'chris', 'dora', 'emil', 'fay']) {
      const resolved = (await site.api.call('GET', `/models/sticky/resolve?unit=${unit}`)).body['arm'];
      for (let i = 0; i < 3; i++) expect(await armOf(unit)).toBe(resolved);
    }
  });

  it('answers from the primary when the candidate fails, breaks off, or answers too late; and counts it against the candidate', async () => {
    const primary = await serve((_request, _body, response) => json(response, { from: 'primary' }));
    let n = 0;
    const broken = await serve((_request, _body, response) => {
      const way = n++ % 3;
      if (way === 0) json(response, { error: 'no' }, 500);
      if (way === 1) response.socket?.destroy();
      if (way === 2) {
        response.writeHead(200, { 'content-length': '100' });
        response.write('half');
        setTimeout(() => response.socket?.destroy(), 10);
      }
    });
    await live('broken', primary.url);
    const rolloutId = await candidate('broken', broken.url, CANARY);
    const callers = startCallers(`${site.gatewayUrl}/models/broken/predict`, () => '{}', 100);
    const evidence = await eventually(
      async () => (await site.api.call('GET', `/rollouts/${rolloutId}/evidence`)).body['items'][0],
      (e) => e?.candidate.errors > 20,
    );
    const { statuses, byVersion } = await callers.stop();
    expect(Object.keys(statuses)).toEqual(['200']);
    expect(Object.keys(byVersion)).toEqual(['1']);
    expect(evidence.candidate.errors).toBe(evidence.candidate.requests);
    expect(evidence.primary.errors).toBe(0);
  });

  it('mirrors to a shadow that hangs without costing a caller anything', async () => {
    const primary = await serve((_request, _body, response) => json(response, { label: 1 }));
    const hanging = await serve(() => undefined);
    await live('hang', primary.url);
    const rolloutId = await candidate('hang', hanging.url, SHADOW);
    const callers = startCallers(`${site.gatewayUrl}/models/hang/predict`, () => '{}', 150);
    const evidence = await eventually(
      async () => (await site.api.call('GET', `/rollouts/${rolloutId}/evidence`)).body['items'][0],
      (e) => e?.shadow.dropped > 50,
    );
    expect(Object.keys((await callers.stop()).statuses)).toEqual(['200']);
    expect(evidence.primary.errors).toBe(0);
  });

  it('follows an admin rollback at once', async () => {
    const one = await serve((_request, _body, response) => json(response, {}));
    const two = await serve((_request, _body, response) => json(response, {}));
    await live('undo', one.url);
    await candidate('undo', two.url, CANARY);
    expect((await site.api.call('POST', '/models/undo/rollback', { reason: 'test' })).status).toBe(200);
    await eventually(
      () => site.api.call('GET', '/models/undo/route'),
      (r) => r.body['candidate'] === null,
    );
    await new Promise((resolve) => setTimeout(resolve, 300));
    const hits = two.hits();
    for (let i = 0; i < 20; i++) await (await call('undo')).arrayBuffer();
    expect(two.hits()).toBe(hits);
  });
});
