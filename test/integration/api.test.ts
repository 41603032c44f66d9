import { createHash, createHmac, randomUUID } from 'node:crypto';
import { writeFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { startApi, type TestApi } from '../support/api.ts';
import { SMALL_POLICY } from '../support/builders.ts';
import { json, startModelServer, type TestModelServer } from '../support/model-servers/model-server.ts';

let api: TestApi;
let server: TestModelServer;
let folder: string;
let artifact: { uri: string; digest: string };

beforeAll(async () => {
  api = await startApi({ DEPLOYER_COMMAND: 'serve {artifact} {port}' });
  server = await startModelServer((_request, _body, response) => json(response, {}));
  folder = await mkdtemp(path.join(tmpdir(), 'understudy-artifact-'));
  const file = path.join(folder, 'model.onnx');
  await writeFile(file, 'weights');
  artifact = {
    uri: pathToFileURL(file).href,
    digest: `sha256:${createHash('sha256').update('weights').digest('hex')}`,
  };
});
afterAll(async () => {
  await api.close();
  await server.stop();
  await rm(folder, { recursive: true });
});

const versions = async (model: string): Promise<number> => {
  const { status, body } = await api.call('GET', `/models/${model}/versions`);
  return status === 404 ? 0 : body['items'].length;
};

describe('registering a version', () => {
  it('answers with the version and its rollout', async () => {
    const { status, body, headers } = await api.call('POST', '/models/reg/versions', {
      artifact,
      metrics: { accuracy: 0.957 },
      createModel: true,
      rollout: { policy: SMALL_POLICY },
    });
    expect(status).toBe(201);
    expect(headers.get('location')).toBe('/api/v1/models/reg/versions/1');
    expect(body).toMatchObject({
      model: 'reg',
      version: 1,
      state: 'candidate',
      artifact,
      metrics: { accuracy: 0.957 },
      createdBy: 'token:admin',
      rollout: { state: 'pending', version: 1, from: null },
    });
    expect((await api.call('GET', `/rollouts/${body['rollout'].id}`)).body).toMatchObject({
      id: body['rollout'].id,
      model: 'reg',
    });
    expect((await api.call('GET', `/rollouts/${body['rollout'].id}/events`)).body['items'][0]).toMatchObject({
      type: 'rollout.created',
      actor: 'token:admin',
    });
  });

  it('adds metrics', async () => {
    await api.call('POST', '/models/met/versions', { servingUrl: server.url, createModel: true });
    const { status, body } = await api.call('POST', '/models/met/versions/1/metrics', {
      metrics: { auc: 0.9 },
    });
    expect([status, body['metrics']]).toEqual([200, { auc: 0.9 }]);
  });

  it.each<[string, unknown, number, string, string]>([
    [
      'a wrong digest',
      () => ({ artifact: { ...artifact, digest: `sha256:${'0'.repeat(64)}` } }),
      422,
      'digest_mismatch',
      '/artifact/digest',
    ],
    [
      'an artifact that is not there',
      () => ({ artifact: { ...artifact, uri: 'file:///nowhere/model.onnx' } }),
      422,
      'artifact_unreadable',
      '/artifact/uri',
    ],
    [
      'a serving URL where nobody answers',
      { servingUrl: 'http://127.0.0.1:1' },
      422,
      'serving_url_unreachable',
      '/servingUrl',
    ],
    ['neither artifact nor serving URL', {}, 422, 'version_without_place', '/artifact'],
    [
      'a metric that JSON reads as Infinity',
      `{"servingUrl":"http://127.0.0.1:1","metrics":{"a":1e309}}`,
      422,
      'request_invalid',
      '/metrics/a',
    ],
    ['a metric that is null', { metrics: { a: null } }, 422, 'request_invalid', '/metrics/a'],
    ['an unknown key', { servingURL: 'http://127.0.0.1:1' }, 422, 'request_invalid', ''],
    [
      'a scheme we do not read',
      { artifact: { uri: 'ftp://x/y', digest: `sha256:${'0'.repeat(64)}` } },
      422,
      'request_invalid',
      '/artifact/uri',
    ],
    [
      'a policy with a mistake',
      () => ({ artifact, rollout: { policy: { ...SMALL_POLICY, gates: [{ metric: 'error_rate' }] } } }),
      422,
      'policy_invalid',
      '/gates/0',
    ],
  ])('refuses %s, says where, and writes nothing', async (_name, body, status, code, pointer) => {
    const request =
      typeof body === 'function'
        ? { ...body(), createModel: true }
        : typeof body === 'string'
          ? body
          : { ...(body as object), createModel: true };
    const answer = await api.call('POST', '/models/nothing/versions', request);
    expect({
      status: answer.status,
      code: answer.body['code'],
      pointer: answer.body['errors'][0]?.pointer,
    }).toEqual({ status, code, pointer });
    expect(answer.headers.get('content-type')).toMatch('application/problem+json');
    expect((await api.call('GET', '/models/nothing')).status).toBe(404);
  });

  it.each<[string, string, string, unknown, number, string]>([
    [
      'an unknown model',
      'POST',
      '/models/ghost/versions',
      { servingUrl: 'http://127.0.0.1:1' },
      404,
      'model_not_found',
    ],
    ['malformed JSON', 'POST', '/models', '{"name": ', 400, 'json_malformed'],
    ['an unknown path', 'GET', '/nonsense', undefined, 404, 'not_found'],
    ['an id that is none', 'GET', '/rollouts/1', undefined, 422, 'request_invalid'],
    ['an unknown rollout', 'GET', `/rollouts/${randomUUID()}`, undefined, 404, 'rollout_not_found'],
    ['a name that is no name', 'POST', '/models', { name: '../etc' }, 422, 'request_invalid'],
    [
      'a page token of somewhere else',
      'GET',
      '/models/reg/versions?pageToken=zzz',
      undefined,
      400,
      'page_token_invalid',
    ],
  ])('%s is one clear error', async (_name, method, url, body, status, code) => {
    const answer = await api.call(method, url, body);
    expect({ status: answer.status, code: answer.body['code'] }).toEqual({ status, code });
    expect(answer.body['detail'].length).toBeGreaterThan(10);
  });

  it('repeats the first answer for the same Idempotency-Key', async () => {
    const request = { servingUrl: server.url, createModel: true };
    const headers = { 'idempotency-key': randomUUID() };
    const first = await api.call('POST', '/models/idem/versions', request, undefined, headers);
    const second = await api.call('POST', '/models/idem/versions', request, undefined, headers);
    expect(second).toMatchObject({ status: 201, body: first.body });
    expect(second.headers.get('idempotent-replayed')).toBe('true');
    expect(await versions('idem')).toBe(1);
    const other = await api.call(
      'POST',
      '/models/idem/versions',
      { ...request, description: 'x' },
      undefined,
      headers,
    );
    expect([other.status, other.body['code']]).toEqual([422, 'idempotency_key_reused']);
  });
});

describe('who may call', () => {
  it.each<[string, string | null, number, string]>([
    ['nobody', null, 401, 'token_missing'],
    ['a token with a typing error', `us_${'a'.repeat(36)}`, 401, 'token_malformed'],
    ['an unknown token', 'some-old-admin-token', 401, 'token_unknown'],
  ])('%s is refused', async (_name, token, status, code) => {
    const answer = await api.call('GET', '/models', undefined, token);
    expect([answer.status, answer.body['code']]).toEqual([status, code]);
  });

  it('a token may do what its scopes say, and no more', async () => {
    const reader = await api.token('read');
    expect((await api.call('GET', '/models', undefined, reader)).status).toBe(200);
    expect((await api.call('POST', '/models', { name: 'x' }, reader)).status).toBe(403);
    const publisher = await api.token('publish');
    expect((await api.call('POST', '/models', { name: 'pub' }, publisher)).status).toBe(201);
    expect((await api.call('POST', '/models', { name: 'pub' }, publisher)).status).toBe(200);
    expect(
      (await api.call('POST', '/models/pub/promote', { version: 1, reason: 'x' }, publisher)).status,
    ).toBe(403);
    expect((await api.call('POST', '/gateway/evidence', {}, publisher)).status).toBe(403);
  });

  it('a token is shown once and can be revoked', async () => {
    const made = await api.call('POST', '/tokens', { name: 'ci', scopes: ['publish'] });
    expect(made.body['token']).toMatch(/^us_[0-9A-Za-z]{36}$/);
    expect(JSON.stringify((await api.call('GET', '/tokens')).body)).not.toContain(made.body['token']);
    expect((await api.call('DELETE', `/tokens/${made.body['id']}`)).status).toBe(204);
    expect((await api.call('GET', '/models', undefined, made.body['token'])).status).toBe(401);
  });

  it('health, metrics and the API description need none', async () => {
    for (const url of ['/healthz', '/readyz', '/metrics'])
      expect((await fetch(api.url + url)).status).toBe(200);
    const description = await api.call('GET', '/api/openapi.json', undefined, null);
    expect(description.body['openapi']).toMatch(/^3\.1/);
    expect(Object.keys(description.body['paths'])).toEqual(
      expect.arrayContaining(['/api/v1/models/{model}/versions', '/api/v1/webhooks/github/{source}']),
    );
    expect(JSON.stringify(description.body['paths']['/api/v1/models/{model}/versions'].post)).toContain(
      'servingUrl',
    );
    expect((await fetch(`${api.url}/api/docs`)).status).toBe(200);
  });
});

describe('webhooks', () => {
  const manifest = () => ({
    model: `ci-${randomUUID().slice(0, 8)}`,
    artifact,
    // By the default policy: what a delivery brings may only tighten it.
    rollout: true,
  });
  const github = async (
    source: { name: string; secret: string },
    payload: unknown,
    over: Record<string, string> = {},
  ) => {
    const text = JSON.stringify(payload);
    const signature = `sha256=${createHmac('sha256', source.secret).update(text).digest('hex')}`;
    return api.call('POST', `/webhooks/github/${source.name}`, text, null, {
      'x-github-event': 'repository_dispatch',
      'x-hub-signature-256': signature,
      ...over,
    });
  };
  const dispatch = (understudy: { model: string; metrics?: unknown }, repository = 'acme/models') => ({
    action: 'release',
    repository: { full_name: repository },
    client_payload: { understudy },
  });
  const source = async (kind: string, more: object = {}) => {
    const made = await api.call('POST', '/webhook-sources', {
      name: `${kind}-${randomUUID().slice(0, 8)}`,
      kind,
      models: ['ci-*'],
      ...more,
    });
    expect(made.status).toBe(201);
    return made.body as unknown as { name: string; secret: string };
  };

  it('GitHub: registers a version, starts its rollout, and answers a repeat as it answered first', async () => {
    const from = await source('github', { repository: 'acme/models' });
    const payload = dispatch(manifest());
    const first = await github(from, payload);
    expect(first).toMatchObject({ status: 200, body: { version: 1, rolloutId: expect.any(String) } });
    expect((await github(from, payload, { 'x-github-delivery': randomUUID() })).body).toEqual(first.body);
    expect((await api.call('GET', `/models/${first.body['model']}/versions/1`)).body).toMatchObject({
      createdBy: `webhook:${from.name}`,
      source: { repository: 'acme/models' },
    });
    expect(await versions(first.body['model'])).toBe(1);
  });

  it('GitHub: refuses a bad signature, and ignores what is not for us', async () => {
    const from = await source('github', { repository: 'acme/models' });
    expect((await github({ ...from, secret: 'wrong-wrong-wrong' }, dispatch(manifest()))).body).toMatchObject(
      { status: 401, code: 'signature_invalid' },
    );
    expect((await github({ name: 'nobody', secret: from.secret }, dispatch(manifest()))).body).toMatchObject({
      status: 401,
      code: 'signature_invalid',
    });
    expect((await github(from, dispatch(manifest(), 'fork/models'))).body).toMatchObject({
      status: 403,
      code: 'repository_not_allowed',
    });
    expect((await github(from, { zen: 'x' }, { 'x-github-event': 'ping' })).body).toMatchObject({
      ignored: expect.stringContaining('ping'),
    });
    expect((await github(from, dispatch({ ...manifest(), model: 'other' }))).body).toMatchObject({
      status: 403,
      code: 'model_not_allowed',
    });
    expect((await github(from, dispatch({ ...manifest(), metrics: { a: 'x' } }))).body).toMatchObject({
      status: 422,
      errors: [{ pointer: '/client_payload/understudy/metrics/a' }],
    });
  });

  it('Standard Webhooks: the same, with its own signature and time', async () => {
    const from = await source('standard');
    const text = JSON.stringify({
      type: 'version.registered',
      timestamp: new Date().toISOString(),
      data: manifest(),
    });
    const send = (id: string, at: Date, secret = from.secret) =>
      api.call('POST', `/webhooks/standard/${from.name}`, text, null, {
        'webhook-id': id,
        'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
        'webhook-signature': new Webhook(secret).sign(id, at, text),
      });
    const first = await send('msg_1', new Date());
    expect(first).toMatchObject({ status: 200, body: { version: 1 } });
    expect((await send('msg_1', new Date())).body).toEqual(first.body);
    expect((await send('msg_2', new Date(Date.now() - 600_000))).status).toBe(401);
    expect(
      (
        await send(
          'msg_3',
          new Date(),
          `whsec_${Buffer.from('another secret of 24 bytes').toString('base64')}`,
        )
      ).status,
    ).toBe(401);
  });

  it('one of two equal deliveries at the same moment is carried out', async () => {
    const from = await source('github');
    const payload = dispatch(manifest());
    const answers = await Promise.all(Array.from({ length: 6 }, () => github(from, payload)));
    expect(answers.every((a) => a.status === 200 || a.status === 409)).toBe(true);
    expect(await versions(payload.client_payload.understudy.model)).toBe(1);
  });
});

describe('evidence at the door', () => {
  const sound = {
    requests: 2,
    errors: 1,
    compared: 0,
    agreed: 0,
    dropped: 0,
    latency: { count: 2, buckets: { '100': 2 } },
  };
  let sequence = 0;
  const batch = (tally: unknown) => ({
    gateway: 'g',
    boot: 'b',
    sequence: ++sequence,
    acknowledged: [],
    entries: [{ rolloutId: randomUUID(), revision: 1, arm: 'primary', tally }],
  });
  it.each<[string, object]>([
    ['more errors than requests', { ...sound, errors: 3 }],
    ['negative counts', { ...sound, requests: -1 }],
    ['buckets that do not add up', { ...sound, latency: { count: 3, buckets: { '100': 2 } } }],
    ['a bucket out of range', { ...sound, latency: { count: 2, buckets: { '9999': 2 } } }],
    ['half a request', { ...sound, requests: 2.5 }],
  ])('names %s, and takes the rest', async (_name, tally) => {
    const gateway = await api.token('gateway');
    const answer = await api.call('POST', '/gateway/evidence', batch(tally), gateway);
    expect([answer.status, answer.body['refusedCount'], answer.body['refused'][0].pointer]).toEqual([
      200,
      1,
      expect.stringMatching(/^\/entries\/0\/tally/),
    ]);
  });
  it('takes what is sound', async () => {
    expect(
      (await api.call('POST', '/gateway/evidence', batch(sound), await api.token('gateway'))).body,
    ).toEqual({ protocol: 1, counted: true, refusedCount: 0, refused: [], asks: [] });
  });
});
