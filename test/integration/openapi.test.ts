import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { startApi, type TestApi } from '../support/api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

/** What Fastify serves, as OpenAPI writes paths. */
async function routes(): Promise<string[]> {
  const program = path.resolve('dist/test/support/gateways/print-routes.js');
  const { stdout } = await promisify(execFile)(process.execPath, [program], {
    env: { PATH: process.env['PATH'], DATABASE_URL: api.databaseUrl },
  });
  // A tree: each line continues the path of the line above it that is less indented.
  const above: { indent: number; path: string }[] = [];
  return stdout.split('\n').flatMap((line) => {
    const match = /^(.*[├└]──) (\S*)(?: \(([A-Z, ]+)\))?/.exec(line);
    if (!match) return [];
    const [, lead = '', part = '', methods] = match;
    while ((above.at(-1)?.indent ?? -1) >= lead.length) above.pop();
    const route = `${above.at(-1)?.path ?? ''}${part}`;
    above.push({ indent: lead.length, path: route });
    return (methods?.split(', ') ?? []).map((method) => `${method} ${route.replace(/:(\w+)/g, '{$1}')}`);
  });
}
/** Of the documentation itself, and Fastify's own. */
const OWN = /^(GET|HEAD) \/api\/(docs|openapi\.json)|\*$/;
/** Pages and files of the dashboard are no part of the api. */
const OF_THE_API = / \/(api\/|healthz|readyz|metrics)/;

describe('OpenAPI', () => {
  it('describes every route, with how it answers when all is well and when it is not', async () => {
    const { body } = await api.call('GET', '/api/openapi.json');
    expect(body['openapi']).toBe('3.1.0');
    const described = new Map<
      string,
      { responses: Record<string, { content?: object }>; summary?: string }
    >();
    for (const [path, item] of Object.entries(body['paths'] as Record<string, Record<string, never>>))
      for (const [method, operation] of Object.entries(item))
        described.set(`${method.toUpperCase()} ${path}`, operation);
    // Every GET answers HEAD too.
    const served = (await routes()).filter(
      (route) => OF_THE_API.test(route) && !OWN.test(route) && !route.startsWith('HEAD '),
    );
    expect(served.length).toBeGreaterThan(80);
    expect(served.filter((route) => !described.has(route))).toEqual([]);
    for (const [route, { responses, summary }] of described) {
      expect([route, summary]).toEqual([route, expect.stringMatching(/.{5}/)]);
      expect([route, Object.keys(responses).some((status) => /^[23]/.test(status))]).toEqual([route, true]);
      if (!/(healthz|readyz|metrics)$/.test(route) || route.includes('versions'))
        expect([route, Object.keys(responses)]).toEqual([
          route,
          expect.arrayContaining(['401', '403', '503']),
        ]);
      const ok = responses['200'] ?? responses['201'];
      if (ok && !route.startsWith('HEAD ')) expect([route, ok.content]).toEqual([route, expect.anything()]);
    }
  });

  it('has an answer for every other method', async () => {
    const answer = await api.call('PUT', '/models');
    expect(answer.headers.get('allow')).toBe('GET, POST, HEAD');
    expect(answer.body).toMatchObject({ status: 405, code: 'method_not_allowed' });
    expect((await api.call('DELETE', '/nowhere')).status).toBe(404);
  });

  it('a path that has a name is no value of another one that has a parameter, by whatever method', async () => {
    const { body } = await api.call('GET', '/api/openapi.json');
    const paths = Object.entries(body['paths'] as Record<string, Record<string, unknown>>);
    const named = paths.filter(([name]) => name.startsWith('/api/v1/') && !name.includes('{'));
    const undeclared = named.flatMap(([name, item]) =>
      ['GET', 'PUT', 'POST', 'PATCH', 'DELETE']
        .filter((method) => !(method.toLowerCase() in item))
        .map((method) => [method, name.slice('/api/v1'.length)] as const),
    );
    expect(undeclared.length).toBeGreaterThan(50);
    for (const [method, name] of undeclared)
      expect([method, name, (await api.call(method, name)).status]).toEqual([method, name, 405]);
  });

  it('an URL beyond all measure is told so', async () => {
    const answer = await api.call('GET', `/models?filter=${'x'.repeat(20_000)}`);
    expect(answer.body).toMatchObject({ status: 431, code: 'request_header_fields_too_large' });
  });
});
