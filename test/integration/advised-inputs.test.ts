import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApi, type TestApi } from '../support/api.ts';
import { toldErrors, type ToldError } from '../support/advice/told-errors.ts';

/*
 * Advice that is refused in turn is worse than none: what an error tells somebody to send, the route that it names takes. An error that names
 * no route is about the request that it answers, and all requests that it may answer take it (`ANSWERS`).
 */
const ERRORS = toldErrors([
  'libs/engine/src',
  'libs/rollout/src',
  'libs/kernel/src',
  'libs/db/src',
  'apps/api/src',
]);

/** Which requests are answered with an error that advises a field, and names no route for it. */
const ANSWERS: Readonly<Record<string, readonly string[]>> = {
  frozen: [
    ...['skip', 'promote'].map((action) => `POST /api/v1/rollouts/{id}/${action}`),
    ...['promote', 'finish'].map((action) => `POST /api/v1/release-groups/{id}/${action}`),
  ],
  output_spec_undecided: [
    'POST /api/v1/models/{model}/versions',
    'PATCH /api/v1/models/{model}/versions/{version}',
    'PATCH /api/v1/models/{model}',
    'POST /api/v1/model-settings',
    'POST /api/v1/release-groups/manifest',
  ],
};
/** What they advise is written in a policy, which is any document to OpenAPI. */
const OF_POLICIES = new Set(['group_needs_bake']);

let api: TestApi;
let taken: ReadonlyMap<string, ReadonlySet<string>>;
beforeAll(async () => {
  api = await startApi();
  const { body } = await api.call('GET', '/api/openapi.json');
  taken = fieldsByRoute(body as never);
});
afterAll(() => api.close());

type Schema = { readonly [key: string]: unknown };
interface OpenApi {
  readonly paths: Record<string, Record<string, { requestBody?: unknown }>>;
  readonly components: { readonly schemas: Record<string, Schema> };
}

/** All names of fields in the body that each route takes, at whatever depth. */
function fieldsByRoute({ paths, components }: OpenApi): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, ReadonlySet<string>>();
  for (const [route, item] of Object.entries(paths))
    for (const [method, { requestBody }] of Object.entries(item)) {
      const fields = new Set<string>();
      const seen = new Set<string>();
      const visit = (at: unknown): void => {
        if (typeof at !== 'object' || at === null) return;
        if ('$ref' in at && typeof at.$ref === 'string') {
          const name = at.$ref.split('/').at(-1) ?? '';
          if (seen.has(name)) return;
          seen.add(name);
          return visit(components.schemas[name]);
        }
        if ('properties' in at) for (const name of Object.keys(at.properties as object)) fields.add(name);
        for (const inside of Object.values(at)) visit(inside);
      };
      visit(requestBody);
      found.set(`${method.toUpperCase()} ${route}`, fields);
    }
  return found;
}

const NAMED = /\b(GET|PUT|POST|PATCH|DELETE) (?:\/api\/v1)?(\/[\w{}/.-]*[\w}])/g;
/** Routes that a text names, as the api has them. `null`: there is no such route. */
const routesIn = (detail: string): readonly (readonly [said: string, routes: readonly string[]])[] =>
  [...detail.matchAll(NAMED)].map(([said, method = '', route = '']) => {
    const like = new RegExp(`^${method} /api/v1${route.replaceAll(/\{\w*\}/g, '[^/]+')}$`);
    return [said, [...taken.keys()].filter((one) => like.test(one))];
  });

/** What it advises to send: `"field": value`, or a field's name where it is not taken back (“leave it out”, “missing”). */
function advised(detail: string): readonly string[] {
  const written = [...detail.matchAll(/"(\w+)":/g)].map(([, name = '']) => name);
  const words = [...detail.matchAll(/\b(?:with|set|the new|another) "?([a-z]+[A-Z]\w*)\b/g)].map(
    ([, name = '']) => name,
  );
  return [...new Set([...written, ...words])];
}

const isTaken = (field: string, routes: readonly string[]): boolean =>
  routes.some((route) => taken.get(route)?.has(field));

describe('what errors advise', () => {
  it('are routes that there are', () => {
    const named = ERRORS.flatMap(({ code, detail }) =>
      routesIn(detail).map(([said, routes]) => ({ code, said, there: routes.length > 0 })),
    );
    expect(named.length).toBeGreaterThan(15);
    expect(named.filter(({ there }) => !there)).toEqual([]);
  });

  it('are fields that the named route takes, or else each request that is answered so', () => {
    const wrong = (error: ToldError): readonly object[] => {
      const { code, detail, file } = error;
      const routes = routesIn(detail).flatMap(([, those]) => those);
      const answered = ANSWERS[code] ?? [];
      return advised(detail)
        .filter((field) =>
          routes.length > 0
            ? !isTaken(field, routes)
            : answered.length === 0 || !answered.every((route) => isTaken(field, [route])),
        )
        .map((field) => ({ code, field, file, detail }));
    };
    expect(ERRORS.filter(({ code }) => !OF_POLICIES.has(code)).flatMap(wrong)).toEqual([]);
    expect(ERRORS.flatMap(({ detail }) => advised(detail)).length).toBeGreaterThan(8);
  });
});
