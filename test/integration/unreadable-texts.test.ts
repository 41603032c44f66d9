import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { type Json, startApi, type TestApi } from '../support/api.ts';

/** What must be said to a person says something: over all routes whose body must have a reason. */
let api: TestApi;
let routes: readonly { method: string; path: string }[];
beforeAll(async () => {
  api = await startApi({ RATE_LIMIT: '0' });
  const { body } = await api.call('GET', '/api/openapi.json');
  routes = Object.entries(body['paths'] as Record<string, Record<string, Json>>).flatMap(([path, item]) =>
    Object.entries(item).flatMap(([method, operation]) => {
      const schema = (operation['requestBody']?.content?.['application/json']?.schema ?? {}) as Json;
      const isAsked = (schema['required'] as string[] | undefined)?.includes('reason') === true;
      return isAsked ? [{ method: method.toUpperCase(), path }] : [];
    }),
  );
});
afterAll(() => api.close());

const nothing = fc.string({
  unit: fc.constantFrom(' ', '\n', '\u00a0', '\u200b', '\u2060', '\ufeff', '\u3164', '\u2800', '\u0301'),
  maxLength: 8,
});
const filled = (path: string): string =>
  path
    .replace('{version}', '1')
    .replace('{id}', randomUUID())
    .replaceAll(/\{\w+\}/g, 'absent');

describe('a reason that nobody can read', () => {
  it('is none, in every command that asks for one', async () => {
    expect(routes.length).toBeGreaterThan(15);
    expect(routes.map(({ path }) => path)).toContain('/api/v1/rollouts/{id}/resume');
    await fc.assert(
      fc.asyncProperty(nothing, async (reason) => {
        for (const { method, path } of routes) {
          const { status, body } = await api.call(method, filled(path), { reason });
          expect([method, path, status]).toEqual([method, path, 422]);
          expect(body['errors']).toContainEqual({
            pointer: '/reason',
            detail: expect.stringMatching(/^say why/),
          });
        }
      }),
      { numRuns: 10 },
    );
    for (const { method, path } of routes)
      expect((await api.call(method, filled(path), { reason: '模' })).body['errors']).not.toContainEqual(
        expect.objectContaining({ pointer: '/reason' }),
      );
  }, 60_000);

  it('overrides no freeze', async () => {
    await api.call('POST', '/api/2.0/mlflow/registered-models/create', { name: 'frozen' });
    await api.call('POST', '/api/2.0/mlflow/model-versions/create', { name: 'frozen', source: 'runs:/1/m' });
    const asked = { version: 1, overrideFreeze: true, reason: '\u200b' };
    const { body } = await api.call('POST', '/models/frozen/rollouts', asked);
    expect(body).toMatchObject({ status: 422, errors: [{ pointer: '/reason' }] });
  });
});

it.each([
  ['/models', { name: '\u2800' }, '/name'],
  ['/tokens', { name: ' ', scopes: ['read'] }, '/name'],
  ['/tokens', { name: 'ci', owner: '\u200b', scopes: ['read'] }, '/owner'],
  ['/subscriptions', { name: '\u00a0', url: 'https://example.com' }, '/name'],
])('a name that nobody can read is refused: %s %j', async (path, body, pointer) => {
  const answer = await api.call('POST', path, body);
  expect(answer.body).toMatchObject({ status: 422, errors: [{ pointer }] });
});
