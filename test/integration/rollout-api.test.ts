import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Json, startApi, type TestApi } from '../support/api.ts';
import { startModelServer } from '../support/model-servers/model-server.ts';

/** The HTTP side of policies, actions, golden requests and the record. */
let api: TestApi;
let server: Awaited<ReturnType<typeof startModelServer>>;
beforeAll(async () => {
  api = await startApi();
  server = await startModelServer((_request, _body, response) => response.end('{}'));
});
afterAll(async () => {
  await api.close();
  await server.stop();
});

const YAML = `
name: by-hand
steps:
  - checks:
  - canary: { weight: 0.25%, minRequests: 100, minDuration: 1m, maxDuration: 1h }
  - approval: {}
  - bake: { duration: 10m }
gates:
  - { metric: error_rate, maxIncrease: 0.01 }
`;
const asYaml = { 'content-type': 'application/yaml' };

describe('POST /policies/validate', () => {
  it('reads YAML, and answers the plan in words with the least and the most time', async () => {
    const path = '/policies/validate?requestsPerSecond=40';
    const { status, body } = await api.call('POST', path, YAML, undefined, asYaml);
    expect(status).toBe(200);
    expect(body).toMatchObject({ valid: true, plan: { leastMs: 1_600_000, mostMs: null } });
    expect(body['plan'].text.join('\n')).toMatch(/0\.25% of the units get the candidate's answers/);
  });
  it('and which gate so many callers are too few to prove', async () => {
    const asked = (query: string) => api.call('POST', `/policies/validate${query}`, YAML, undefined, asYaml);
    const { body } = await asked('?callers=300');
    expect(body['plan'].text.join('\n')).toMatch(/error_rate can hardly be proven: .* of 300 units/);
    expect((await asked('')).body['plan'].text.join('\n')).not.toMatch(/can hardly/);
    expect((await asked('?callers=few')).status).toBe(422);
  });
  it('says where every mistake is', async () => {
    const wrong = YAML.replace('0.25%', '200%').replace('error_rate', 'vibes');
    const { status, body } = await api.call('POST', '/policies/validate', wrong, undefined, asYaml);
    expect(status).toBe(422);
    expect(body).toMatchObject({ code: 'policy_invalid' });
    expect(body['errors'].map((e: { pointer: string }) => e.pointer)).toEqual([
      '/steps/1/canary/weight',
      '/gates/0/metric',
    ]);
  });
  it('refuses what is no YAML', async () => {
    const { status, body } = await api.call('POST', '/policies/validate', 'a: [', undefined, asYaml);
    expect([status, body['code']]).toEqual([400, 'yaml_malformed']);
  });
});

describe('golden requests', () => {
  it('are kept as they were set, and one that asks for nothing is refused', async () => {
    await api.call('POST', '/models', { name: 'golden' });
    const item = { name: 'one', path: '/v2/infer', body: { x: 1 }, expect: [{ path: '$.y', equals: 1 }] };
    expect((await api.call('PUT', '/models/golden/golden', { items: [item] })).status).toBe(200);
    const { body } = await api.call('GET', '/models/golden/golden');
    expect(body['items']).toMatchObject([{ ...item, method: 'POST', slice: null }]);
    const empty = { items: [{ ...item, expect: [{ path: '$.y' }] }] };
    const refused = await api.call('PUT', '/models/golden/golden', empty);
    expect(refused.body).toMatchObject({
      code: 'request_invalid',
      errors: [{ pointer: '/items/0/expect/0' }],
    });
  });
});

describe('actions and the record', () => {
  it('says what may be done to a model, and why not the rest', async () => {
    const version = { servingUrl: server.url, createModel: true, rollout: false };
    await api.call('POST', '/models/asked/versions', version);
    const known = async (query = ''): Promise<Json> =>
      Object.fromEntries(
        (await api.call('GET', `/models/asked/actions${query}`)).body['actions'].map((one: Json) => [
          one['action'],
          one['code'],
        ]),
      );
    expect(await known('?version=1')).toEqual({
      ...{ rollback: 'no_earlier_primary', retire: 'model_not_serving', unretire: 'so_already' },
      ...{ release: null, promote: null },
    });
    await api.call('POST', '/models/asked/promote', { version: 1, reason: 'first' });
    expect(await known('?version=1')).toMatchObject({ release: 'version_is_primary', promote: 'so_already' });
    await api.call('POST', '/models/asked/retire', { reason: 'gone' });
    expect(await known()).toEqual({ rollback: 'model_retired', retire: 'so_already', unretire: null });
    expect(await known('?version=7')).toMatchObject({ release: 'model_retired', promote: 'model_retired' });
    expect((await api.call('GET', '/models/asked/actions?version=x')).status).toBe(422);
  });

  it('lists the legal ones, refuses the others with them, and retries what was aborted', async () => {
    const version = { servingUrl: server.url, createModel: true, rollout: true };
    const registered = await api.call('POST', '/models/acted/versions', version);
    const id = String(registered.body['rollout'].id);
    expect((await api.call('GET', `/rollouts/${id}`)).body['legalActions']).toEqual(['abort']);
    const reason = { reason: 'because' };
    const refused = await api.call('POST', `/rollouts/${id}/approve`, reason);
    expect(refused).toMatchObject({ status: 409, body: { code: 'action_illegal' } });
    expect(refused.body['detail']).toMatch(/Legal: abort/);
    const unknown = await api.call('POST', `/rollouts/${id}/explode`, reason);
    expect(unknown).toMatchObject({ status: 404, body: { code: 'not_found' } });
    expect((await api.call('POST', `/rollouts/${id}/abort`, {})).status).toBe(422);
    expect((await api.call('POST', `/rollouts/${id}/abort`, reason)).body['state']).toBe('aborted');
    const again = await api.call('POST', `/rollouts/${id}/retry`, reason);
    expect(again.body).toMatchObject({ version: 1, state: 'pending' });
    expect(again.body['id']).not.toBe(id);
  });

  it('shows what happened, verifies it, and replays it', async () => {
    const audit = await api.call('GET', '/audit?model=acted&pageSize=2');
    expect(audit.body['items']).toHaveLength(2);
    const next = await api.call(
      'GET',
      `/audit?model=acted&pageSize=2&pageToken=${encodeURIComponent(audit.body['nextPageToken'])}`,
    );
    const sequences = [...audit.body['items'], ...next.body['items']].map(
      (e: { sequence: number }) => e.sequence,
    );
    expect(sequences).toEqual([...sequences].sort((a, b) => b - a));
    expect((await api.call('GET', '/audit/verify')).body).toMatchObject({ intact: true, breaks: [] });
    const { body } = await api.call('GET', '/models/acted/rollouts');
    const replayed = await api.call('POST', `/rollouts/${body['items'][0].id}/replay`, {});
    expect(replayed).toMatchObject({ status: 200, body: { same: true, policy: 'its own' } });
  });
});

describe('a release at a date', () => {
  const startAt = new Date(Date.now() + 3_600_000).toISOString();

  it('comes with a version, is shown with what it waits for, and moves when it is asked for again', async () => {
    const version = { servingUrl: server.url, createModel: true, rollout: { startAt } };
    const { status, body } = await api.call('POST', '/models/dated/versions', version);
    expect([status, body['rollout']]).toMatchObject([201, { state: 'pending', queued: true, startAt }]);
    const { id } = body['rollout'];
    const shown = await api.call('GET', `/rollouts/${id}`);
    expect(shown.body).toMatchObject({ startAt, waitingFor: expect.stringMatching(/^starts at 20/) });
    const moved = await api.call('POST', '/models/dated/rollouts', { version: 1, startAt: null });
    expect(moved).toMatchObject({ status: 201, body: { id } });
    expect(Date.parse(moved.body['startAt'])).toBeLessThan(Date.parse(startAt));
  });

  it.each([
    ['2026-12-01', 'request_invalid', '/startAt'],
    ['2026-12-01T08:00:00', 'request_invalid', '/startAt'],
    ['tomorrow', 'request_invalid', '/startAt'],
    [5, 'request_invalid', '/startAt'],
    ['2999-01-01T00:00:00Z', 'start_too_far', '/startAt'],
  ])('%j is refused, and nothing is started', async (odd, code, pointer) => {
    const version = { servingUrl: server.url, createModel: true };
    await api.call('POST', '/models/odd-date/versions', version);
    const { status, body } = await api.call('POST', '/models/odd-date/rollouts', {
      version: 1,
      startAt: odd,
    });
    expect([status, body]).toMatchObject([422, { code, errors: [{ pointer }] }]);
    const within = { ...version, rollout: { startAt: odd } };
    const registered = await api.call('POST', '/models/odd-date/versions', within);
    expect([registered.status, registered.body['code']]).toEqual([422, code]);
    expect((await api.call('GET', '/models/odd-date/rollouts')).body['items']).toEqual([]);
  });
});
