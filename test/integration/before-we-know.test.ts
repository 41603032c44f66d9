import { createHmac, randomUUID } from 'node:crypto';
import net from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApi, type Json, type TestApi } from '../support/api.ts';
import { json, startModelServer, type TestModelServer } from '../support/model-servers/model-server.ts';

let api: TestApi;
let server: TestModelServer;
beforeAll(async () => {
  // What is counted here is what a body costs, not how often an address may call.
  api = await startApi({ RATE_LIMIT_ANONYMOUS: '0', OUTBOUND_ALLOW: '127.0.0.0/8' });
  server = await startModelServer((_request, _body, response) => json(response, {}));
});
afterAll(async () => {
  await api.close();
  await server.stop();
});

/** Sends a head that promises a large body, and little of the body. */
function sendHead(method: string, path: string, type: string, headers = ''): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = net.connect(Number(new URL(api.url).port), '127.0.0.1');
    let text = '';
    socket.on('data', (data) => {
      text += data.toString('latin1');
      if (!text.includes('\r\n\r\n')) return;
      socket.destroy();
      resolve(text.split('\r\n')[0] ?? '');
    });
    socket.on('error', reject);
    socket.on('close', () => reject(new Error(`${method} ${path}: no answer, but ${text}`)));
    socket.setTimeout(30_000, () => socket.destroy());
    socket.write(
      `${method} ${path} HTTP/1.1\r\nhost: x\r\ncontent-type: ${type}\r\ncontent-length: 3000000\r\n${headers}\r\n{"a`,
    );
  });
}

const TYPES = ['application/json', 'application/yaml', 'application/octet-stream', 'text/plain'];
/** Calls that take a body, as the api describes itself. */
async function callsWithBody(): Promise<{ method: string; path: string; isPublic: boolean }[]> {
  const { paths } = (await (await fetch(`${api.url}/api/openapi.json`)).json()) as Json;
  return Object.entries(paths as Record<string, Json>).flatMap(([path, item]) =>
    ['post', 'put', 'patch', 'delete'].flatMap((method) =>
      item[method] === undefined
        ? []
        : [
            {
              method: method.toUpperCase(),
              path: path.replace(/\{\w+\}/g, 'x'),
              isPublic: path.includes('/webhooks/') || path.endsWith('/auth/ci'),
            },
          ],
    ),
  );
}

describe('before it is known who calls', () => {
  it('nothing of a body is waited for: every route, every type', async () => {
    const calls = (await callsWithBody()).filter(({ isPublic }) => !isPublic);
    expect(calls.length).toBeGreaterThan(40);
    for (const { method, path } of calls)
      for (const type of TYPES) {
        const line = await sendHead(method, path, type);
        expect([method, path, type, line]).toEqual([method, path, type, 'HTTP/1.1 401 Unauthorized']);
      }
  });

  it('nothing of a body is waited for where the scope lacks, or nothing is served', async () => {
    const token = await api.token('feedback');
    expect(
      await sendHead('POST', '/api/v1/models', TYPES[0] ?? '', `authorization: Bearer ${token}\r\n`),
    ).toMatch(/ 403 /);
    expect(await sendHead('POST', '/api/v1/nowhere', TYPES[0] ?? '')).toMatch(/ 404 /);
    expect(await sendHead('POST', '/nowhere', TYPES[1] ?? '')).toMatch(/ 404 /);
    expect(await sendHead('PUT', '/api/v1/models', TYPES[1] ?? '')).toMatch(/ 405 /);
  });

  it('whoever sends the whole body all the same gets the answer', async () => {
    const text = JSON.stringify({ name: 'x'.repeat(20_000_000) });
    for (const path of ['/models', '/nowhere', '/webhooks/github/x'])
      expect([401, 404]).toContain((await api.call('POST', path, text, null)).status);
  });

  it('a delivery without any signature is not waited for, and another type is none', async () => {
    for (const kind of ['github', 'gitlab', 'standard']) {
      const path = `/api/v1/webhooks/${kind}/x`;
      expect(await sendHead('POST', path, 'application/json')).toMatch(/ 401 /);
      expect(await sendHead('POST', path, 'text/plain')).toMatch(/ 415 /);
    }
  });

  it('what asks for no token takes JSON, and little of it', async () => {
    for (const type of ['application/yaml', 'application/octet-stream', 'application/x-www-form-urlencoded'])
      expect(await sendHead('POST', '/api/v1/auth/ci', type)).toMatch(/ 415 /);
    expect(await sendHead('POST', '/api/v1/auth/ci', 'application/json')).toMatch(/ 413 /);
  });
});

it('a search asks for a bounded number of things', async () => {
  const filter = Array.from({ length: 51 }, (_, i) => `tags.a${i} = 'x'`).join(' AND ');
  const query = (text: string) => `/models?filter=${encodeURIComponent(text)}`;
  expect((await api.call('GET', query(filter))).body).toMatchObject({ status: 422, code: 'filter_invalid' });
  const fewer = filter.slice(0, filter.lastIndexOf(' AND '));
  expect((await api.call('GET', query(fewer))).status).toBe(200);
});

describe('YAML of whoever may send it', () => {
  const yaml = async (text: string, path = '/policies/validate') =>
    (await api.call('POST', path, text, undefined, { 'content-type': 'application/yaml' })).body;

  it('is small, and one thing', async () => {
    expect(await yaml('- a\n'.repeat(1_000_000))).toMatchObject({ status: 413 });
    expect(await yaml('- a\n'.repeat(20_000))).toMatchObject({ status: 413, code: 'yaml_too_large' });
    expect(await yaml('name: a\nname: b\n')).toMatchObject({ status: 400, code: 'yaml_malformed' });
    const policy = 'name: p\nsteps: []\ngates: []\npromoteWhen: notFailed\n';
    expect(await yaml(policy)).toMatchObject({ valid: true });
  });
});

describe('a delivery', () => {
  const secret = 'a secret of sixteen and more';
  const sign = (text: string) => `sha256=${createHmac('sha256', secret).update(text).digest('hex')}`;
  const EVERY_TYPE = [
    'application/json',
    'application/json; charset=utf-8',
    'Application/JSON',
    'application/cloudevents+json',
    'application/yaml',
    'application/x-yaml',
    'text/yaml',
    'application/x-www-form-urlencoded',
    'application/octet-stream',
    'text/plain',
    'text/json',
    'multipart/form-data; boundary=x',
    'application/vnd.x+json',
    'nonsense',
  ];
  let source: string;
  beforeAll(async () => {
    source = `gh-${randomUUID().slice(0, 8)}`;
    const made = { name: source, kind: 'github', models: ['*'], secret };
    expect((await api.call('POST', '/webhook-sources', made)).status).toBe(201);
  });
  const payloadOf = (model: string) =>
    JSON.stringify({
      repository: { id: 1, full_name: 'a/b' },
      client_payload: { understudy: { model, servingUrl: server.url, rollout: false } },
    });
  const deliver = (text: string, type: string, signature: string) =>
    api.call('POST', `/webhooks/github/${source}`, text, null, {
      'content-type': type,
      'x-github-event': 'repository_dispatch',
      'x-hub-signature-256': signature,
    });
  const bodyOf = (type: string, payload: string): string =>
    type.includes('form-urlencoded') ? new URLSearchParams({ payload }).toString() : payload;

  it.each(EVERY_TYPE)('of type %s is taken for what was signed, or not at all', async (type) => {
    const model = `signed-${EVERY_TYPE.indexOf(type)}`;
    const text = bodyOf(type, payloadOf(model));
    for (const other of ['', 'null', '{}', text + ' '])
      expect([401, 415]).toContain((await deliver(text, type, sign(other))).status);
    expect((await api.call('GET', `/models/${model}`)).status).toBe(404);
    const right = await deliver(text, type, sign(text));
    expect([right.status, right.body['model'] ?? right.body['code']]).toEqual(
      right.status === 415 ? [415, 'content_type_unsupported'] : [200, model],
    );
    expect(right.status === 200).toBe(/json|yaml|form-url/i.test(type) && !/text.json|vnd/.test(type));
  });

  it('that is a form without a payload, or with a broken one, is refused and never ignored', async () => {
    for (const text of ['', 'a=b', 'payload=', 'payload=%7B', 'payload'])
      expect((await deliver(text, 'application/x-www-form-urlencoded', sign(text))).status).toBe(400);
  });

  it.each([
    ['application/json', 6_000_000],
    ['application/json', 25 * 1024 * 1024 - 1_000],
    ['application/x-www-form-urlencoded', 24_000_000],
  ])('may be as large as GitHub sends them, when it is signed: %s of %i bytes', async (type, bytes) => {
    const payload = { ...(JSON.parse(payloadOf('large')) as object), padding: 'x'.repeat(bytes) };
    const text = bodyOf(type, JSON.stringify(payload));
    expect((await deliver(text, type, sign(text))).status).toBe(200);
    expect((await deliver(text, type, sign('x'))).status).toBe(401);
  });

  it('may have a slash at the end of its URL', async () => {
    const text = payloadOf('slash');
    const answer = await api.call('POST', `/webhooks/github/${source}/`, text, null, {
      ...{ 'content-type': 'application/json', 'x-github-event': 'repository_dispatch' },
      'x-hub-signature-256': sign(text),
    });
    expect([answer.status, answer.body['model']]).toEqual([200, 'slash']);
  });

  it('is refused for what cannot be kept of what is read of it, and for nothing else', async () => {
    const odd = { title: 'a\u0000b', deep: JSON.parse('['.repeat(70) + ']'.repeat(70)) as unknown };
    const fine = JSON.stringify({ ...(JSON.parse(payloadOf('odd')) as object), ...odd });
    expect((await deliver(fine, 'application/json', sign(fine))).status).toBe(200);
    const wrong = payloadOf('odd').replace('"rollout":false', '"rollout":false,"description":"a\\u0000b"');
    expect((await deliver(wrong, 'application/json', sign(wrong))).status).toBe(422);
  });
});
