import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { openDataSource, sessionStore } from '#libs/db';
import { hashToken, type Role } from '#libs/engine';
import { startApi, type Json, type TestApi } from '../support/api.ts';
import { eventually } from '../support/installation.ts';
import { startLoneGateway, type LoneGateway } from '../support/gateways/lone-gateway.ts';
import { json, startModelServer, type TestModelServer } from '../support/model-servers/model-server.ts';

let api: TestApi;
let dataSource: DataSource;
let server: TestModelServer;
beforeAll(async () => {
  server = await startModelServer((_request, _body, response) => json(response, { right: true }));
  api = await startApi({ OUTBOUND_ALLOW: '127.0.0.0/8', RATE_LIMIT_ANONYMOUS: '0' });
  dataSource = await openDataSource(api.databaseUrl, 2);
});
afterAll(async () => {
  await dataSource.destroy();
  await api.close();
  await server.stop();
});

/** Something that every stream tells. */
async function release(model: string): Promise<void> {
  const version = { createModel: true, servingUrl: server.url, rollout: false };
  expect((await api.call('POST', `/models/${model}/versions`, version)).status).toBe(201);
  const promoted = await api.call('POST', `/models/${model}/promote`, { version: 1, reason: 'a test' });
  expect(promoted.status).toBe(200);
}

type Headers = Readonly<Record<string, string>>;
const bearer = (token: string): Headers => ({ authorization: `Bearer ${token}` });

/** Reads until the stream ends, or it is stopped. */
async function read(path: string, headers: Headers) {
  const stop = new AbortController();
  const response = await fetch(`${api.url}${path}`, { headers, signal: stop.signal });
  expect([path, response.status]).toEqual([path, 200]);
  const stream = { hasEnded: false, text: '', stop: () => stop.abort() };
  void (async () => {
    for await (const part of response.body ?? []) stream.text += Buffer.from(part).toString('utf8');
    stream.hasEnded = true;
  })().catch(() => undefined);
  return stream;
}

/** Whose right to a stream ends, and how it is made to. */
interface Right {
  readonly headers: Headers;
  readonly end: () => Promise<unknown>;
}
async function token(scopes: string[], expiresInMs = 3_600_000): Promise<Json> {
  const expiresAt = new Date(Date.now() + expiresInMs).toISOString();
  return (await api.call('POST', '/tokens', { name: 'short', scopes, expiresAt })).body;
}
async function session(roles: Role[], lastsMs = 3_600_000): Promise<Headers> {
  const secret = randomUUID();
  await sessionStore(dataSource).insert({
    ...{ id: randomUUID(), hash: hashToken(secret), subject: 's', name: 'anna', roles },
    expiresAt: Date.now() + lastsMs,
  });
  return { cookie: `understudy=${secret}` };
}
const RIGHTS: Readonly<Record<string, (scope: 'read' | 'gateway') => Promise<Right>>> = {
  'a token that is revoked': async (scope) => {
    const made = await token([scope]);
    return { headers: bearer(made['token']), end: () => api.call('DELETE', `/tokens/${made['id']}`) };
  },
  'a token that is rotated': async (scope) => {
    const made = await token([scope]);
    const end = () => api.call('POST', `/tokens/${made['id']}/rotate`, { overlap: '1s' });
    return { headers: bearer(made['token']), end };
  },
  'a token that expires': async (scope) => {
    const made = await token([scope], 3_000);
    return { headers: bearer(made['token']), end: async () => undefined };
  },
  'a session that is ended': async () => {
    const headers = await session(['admin']);
    const end = () =>
      api.call('POST', '/auth/logout', undefined, null, { ...headers, 'sec-fetch-site': 'same-origin' });
    return { headers, end };
  },
  'a session that expires': async () => ({
    headers: await session(['admin'], 3_000),
    end: async () => undefined,
  }),
};

/** What api/openapi.json says that a GET answers. */
async function reads(): Promise<{ path: string; types: string[] }[]> {
  const { paths } = (await (await fetch(`${api.url}/api/openapi.json`)).json()) as Json;
  return Object.entries(paths as Record<string, Json>).flatMap(([path, { get }]) =>
    get ? [{ path, types: Object.keys(get.responses['200']?.content ?? {}) }] : [],
  );
}
const STREAMS: readonly (readonly [path: string, scope: 'read' | 'gateway'])[] = [
  ['/api/v1/stream', 'read'],
  ['/api/v1/gateway/routes', 'gateway'],
];

it('every answer that goes on is in the list here', async () => {
  const found = (await reads()).filter(({ types }) => types.some((type) => /event-stream|ndjson/.test(type)));
  expect(found.map(({ path }) => path).sort()).toEqual(STREAMS.map(([path]) => path).sort());
});

it('HEAD of everything that is read is answered, and ends', async () => {
  const admin = bearer(await api.token('admin'));
  for (const { path } of await reads()) {
    const url = `${api.url}${path.replace(/\{\w+\}/g, 'x')}`;
    const response = await fetch(url, {
      ...{ method: 'HEAD', headers: admin, redirect: 'manual', signal: AbortSignal.timeout(20_000) },
    }).catch((error: unknown) => `${path}: ${String(error)}`);
    expect(response).toBeInstanceOf(Response);
    if (STREAMS.some(([stream]) => stream === path)) expect((response as Response).status).toBe(200);
  }
});

describe.each(STREAMS)('%s', (path, scope) => {
  it.each(Object.keys(RIGHTS))('ends with %s, and no other does', async (name) => {
    const right = await RIGHTS[name]?.(scope);
    if (!right) throw new Error(name);
    const [theirs, other] = [
      await read(path, right.headers),
      await read(path, bearer(await api.token(scope))),
    ];
    await right.end();
    await eventually(
      async () => theirs.hasEnded,
      (hasEnded) => hasEnded,
    );
    expect((await fetch(`${api.url}${path}`, { headers: right.headers })).status).toBe(401);
    const model = `after-${randomUUID()}`;
    await release(model);
    await eventually(
      async () => other.text,
      (text) => text.includes(model),
    );
    expect(other.hasEnded).toBe(false);
    expect(theirs.text).not.toContain(model);
    other.stop();
  });
});

it('a gateway whose token is revoked goes on serving, and says what it lacks', async () => {
  await release('served');
  const made = await token(['gateway']);
  const env = { API_URL: api.url, UNDERSTUDY_TOKEN: made['token'], OUTBOUND_ALLOW: '127.0.0.0/8' };
  const gateway: LoneGateway = await startLoneGateway([], env);
  try {
    const ask = async () => {
      const response = await fetch(`${gateway.url}/models/served/`, { method: 'POST', body: '{}' });
      return [response.status, await response.text()];
    };
    const right = [200, '{"right":true}'];
    await eventually(ask, ([status]) => status === 200);
    await api.call('DELETE', `/tokens/${made['id']}`);
    await eventually(
      async () => gateway.process.output(),
      (output) => /refuses this gateway's token/.test(output),
    );
    expect(gateway.process.output()).toContain('the api answers 401');
    expect(await ask()).toEqual(right);
  } finally {
    await gateway.stop();
  }
});
