import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { type Json, startApi, type TestApi } from '../support/api.ts';

/** Input is used, or refused: over all routes of the OpenAPI document, whatever is added to it. */
interface Route {
  readonly method: string;
  readonly path: string;
  readonly known: readonly string[];
  readonly headers: readonly string[];
  readonly body: Json | null;
}
let api: TestApi;
let routes: readonly Route[];
let schemas: Json;

beforeAll(async () => {
  api = await startApi({ RATE_LIMIT: '0' });
  const { body } = await api.call('GET', '/api/openapi.json');
  schemas = body['components'].schemas;
  routes = Object.entries(body['paths'] as Record<string, Record<string, Json>>).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({
      ...{ method: method.toUpperCase(), path },
      known: namesOf(operation, 'query'),
      headers: namesOf(operation, 'header'),
      body: operation['requestBody']?.content?.['application/json']?.schema ?? null,
    })),
  );
});
afterAll(() => api.close());

const namesOf = (operation: Json, place: string): string[] =>
  ((operation['parameters'] ?? []) as Json[])
    .filter((one) => one['in'] === place)
    .map((one) => one['name'] as string);

/** Their callers add what they like, and their servers ignore it: see the guide. */
const TAKES_WHATEVER = /\/mlflow\/|\/auth\/(login|callback)$|\/webhooks\/|^\/(healthz|readyz|metrics)$/;
const filled = (path: string): string =>
  path
    .replace('{version}', '1')
    .replace('{id}', randomUUID())
    .replaceAll(/\{\w+\}/g, 'absent');

async function ask(method: string, path: string, query: string, body?: unknown, headers = {}) {
  const abort = new AbortController();
  const response = await fetch(`${api.url}${filled(path)}?${query}`, {
    ...{ method, redirect: 'manual', signal: abort.signal },
    headers: { authorization: `Bearer ${await admin}`, 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const isProblem = /json/.test(response.headers.get('content-type') ?? '') && !response.ok;
  const answer = isProblem && method !== 'HEAD' ? ((await response.json()) as Json) : {};
  abort.abort(); // of a stream
  return { status: response.status, answer };
}
let admin: Promise<string>;
beforeAll(() => (admin = api.token('admin')));

describe('a query key that a route does not know', () => {
  const keys = fc.oneof(
    fc.string({ minLength: 1, maxLength: 20, unit: 'grapheme-composite' }),
    fc.constantFrom('model', 'state', 'limit', 'offset', 'sort', 'utm_source', '_', 'a[b]', 'live[]', ''),
    fc.constantFrom('constructor', '__proto__', 'prototype', 'hasOwnProperty', 'toString', '%zz', '\0'),
  );

  it('is refused by every route, and named', async () => {
    const asked = routes.filter(({ path }) => !TAKES_WHATEVER.test(path));
    expect(asked.length).toBeGreaterThan(80);
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...asked), keys, fc.string(), async (route, key, value) => {
        fc.pre(!route.known.includes(key));
        const query = `${encodeURIComponent(key)}=${encodeURIComponent(value)}`;
        const { status, answer } = await ask(route.method, route.path, query);
        expect([route.method, route.path, status]).toEqual([route.method, route.path, 422]);
        if (route.method === 'HEAD') return;
        expect(answer).toMatchObject({ code: 'query_unknown', errors: [expect.anything()] });
        for (const one of route.known) expect(answer['detail']).toContain(one);
      }),
      { numRuns: 400 },
    );
    for (const { method, path } of asked)
      expect([method, path, (await ask(method, path, 'nobodyKnows=1')).status]).toEqual([method, path, 422]);
  }, 120_000);

  it('of those who take whatever comes is no mistake', async () => {
    for (const { method, path } of routes.filter(({ path }) => TAKES_WHATEVER.test(path)))
      expect([path, (await ask(method, path, 'utm_source=mail')).answer['code']]).not.toEqual([
        path,
        'query_unknown',
      ]);
    expect((await fetch(`${api.url}/?utm_source=mail`)).status).not.toBe(422);
  });

  it.each([
    ['/rollouts?model=x', '"model"', 'live'],
    ['/models?page_size=5', '"page_size" (pageSize?)', 'pageToken'],
    ['/models?pagesize=5', '"pagesize" (pageSize?)', 'pageToken'],
    ['/rollouts?liv=true', '"liv" (live?)', 'pageToken'],
    ['/rollouts?live%5B%5D=true', '"live[]" (live?)', 'pageToken'],
    ['/rollouts?live=true&%6Codel=x', '"lodel"', 'pageSize'],
    ['/tokens?name=x', '"name"', 'takes no query'],
  ])('%s: it is said what is known, and what is near', async (path, named, known) => {
    const { body } = await api.call('GET', path);
    expect([body['status'], body['detail']]).toEqual([422, expect.stringContaining(named)]);
    expect(body['detail']).toContain(known);
  });

  it.each([
    '/rollouts?live=true&live=true',
    '/rollouts?live',
    '/models?pageSize=',
    '/models?pageSize=1&pageSize=1',
    '/audit?model=a&model=b',
    '/models?pageSize=1;orderBy=x',
  ])('%s: a known one that is given twice, or says nothing, is refused too', async (path) => {
    expect([path, (await api.call('GET', path)).status]).toEqual([path, 422]);
  });

  it('is told only to callers who may ask', async () => {
    expect((await api.call('GET', '/rollouts?model=x', undefined, null)).status).toBe(401);
  });
});

describe('a precondition that a route does not look at', () => {
  it('is refused by every route that changes something', async () => {
    const writes = routes.filter(
      ({ method, path }) => !/^(GET|HEAD)$/.test(method) && !/\/webhooks\/\w+\/\{source/.test(path),
    );
    const wrong: unknown[] = [];
    for (const { method, path, headers } of writes)
      for (const name of ['if-match', 'if-none-match', 'if-unmodified-since']) {
        const { status, answer } = await ask(method, path, '', {}, { [name]: '"no tag of it"' });
        const isKnown = headers.some((header) => header.toLowerCase() === name);
        const isRefused = JSON.stringify(answer).includes('does not look at');
        if (isRefused === isKnown || status < 400)
          wrong.push([method, path, name, status, answer['code'], isKnown]);
      }
    expect(writes.length).toBeGreaterThan(40);
    expect(writes.filter(({ headers }) => headers.includes('If-Match')).length).toBeGreaterThan(20);
    expect(wrong).toEqual([]);
  }, 60_000);
});

describe('a key of a body that a route does not know', () => {
  /** Read entry by entry, by gateways of any age (ADR 14); MLflow's clients; signed deliveries. */
  const MAY_BE_MORE = /\/mlflow\/|\/gateway\/evidence$|\/webhooks\/[^/]+$/;
  const resolved = (schema: Json): Json => {
    const name = /^#\/components\/schemas\/(.+)$/.exec((schema['$ref'] as string | undefined) ?? '')?.[1];
    return name === undefined ? schema : (schemas[name] as Json);
  };
  const alternatives = (schema: Json): Json[] => {
    const one = resolved(schema);
    const parts = [one['anyOf'], one['oneOf'], one['allOf']].flatMap((part) => (part ?? []) as Json[]);
    return parts.length === 0 ? [one] : parts.flatMap(alternatives);
  };
  const isObject = (schema: Json): boolean => schema['properties'] !== undefined;
  const documents = (): readonly Route[] =>
    routes.filter(({ path, body }) => body !== null && !MAY_BE_MORE.test(path));

  it('is refused by every route whose body has known ones, and named', async () => {
    const asked = documents().filter(({ body }) => alternatives(body ?? {}).every(isObject));
    expect(asked.length).toBeGreaterThan(30);
    const refused = await Promise.all(
      asked.map(async ({ method, path }) => {
        const { status, answer } = await ask(method, path, '', { nobodyKnows: 1 });
        const isNamed = JSON.stringify(answer).includes('nobodyKnows');
        return [method, path, status, isNamed || answer];
      }),
    );
    expect(refused).toEqual(asked.map(({ method, path }) => [method, path, 422, true]));
  });

  it('is nowhere let through, at any depth', async () => {
    const seen = new Set<Json>();
    const loose: string[] = [];
    const walk = (schema: Json, where: string): void => {
      const one = resolved(schema);
      if (seen.has(one)) return;
      seen.add(one);
      if (isObject(one) && one['additionalProperties'] !== false) loose.push(where);
      for (const [name, part] of Object.entries((one['properties'] ?? {}) as Json))
        walk(part, `${where}/${name}`);
      for (const part of [one['items'], one['additionalProperties']])
        if (typeof part === 'object' && part !== null) walk(part as Json, `${where}/*`);
      for (const part of [one['anyOf'], one['oneOf'], one['allOf']].flat())
        if (part !== undefined) walk(part as Json, where);
    };
    for (const { method, path, body } of documents()) walk(body ?? {}, `${method} ${path}`);
    // The rest of a feature is a histogram, which its own schema reads.
    expect(loose.filter((where) => !where.endsWith('/baseline/features/*'))).toEqual([]);
    const feature = { path: '$.a', edges: [1], counts: [1, 2], nobodyKnows: 1 };
    const version = { servingUrl: 'http://127.0.0.1:9', baseline: { features: { feature } } };
    const { answer } = await ask('POST', '/api/v1/models/{model}/versions', '', version);
    expect(answer).toMatchObject({ status: 422, detail: expect.anything() });
    expect(JSON.stringify(answer['errors'])).toContain('nobodyKnows');
  });
});
