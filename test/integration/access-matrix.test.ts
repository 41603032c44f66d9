import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ROLES, SCOPES, type Scope } from '#libs/engine';
import { startApi, type Json, type TestApi } from '../support/api.ts';

interface Row {
  readonly method: string;
  readonly path: string;
  readonly scopes: readonly string[];
  readonly bound: string;
}

let api: TestApi;
let rows: Row[];
let roles: Map<string, readonly string[]>;
let rolloutId: string;
const tokens = new Map<string, string>();

beforeAll(async () => {
  api = await startApi();
  const text = await readFile('docs/guides/access.md', 'utf8');
  const cells = text
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim().replaceAll('`', '')),
    );
  const listOf = (cell = ''): string[] => cell.split(', ');
  rows = cells
    .filter(([, path]) => path?.startsWith('/api/'))
    .map(([method = '', path = '', scopes, bound = '']) => ({ method, path, scopes: listOf(scopes), bound }));
  roles = new Map(
    cells
      .filter(([role]) => (ROLES as readonly string[]).includes(role ?? ''))
      .map(([role = '', scopes]) => [role, listOf(scopes)]),
  );
  for (const scope of SCOPES) tokens.set(scope, await api.token(scope));
  for (const role of ROLES)
    tokens.set(role, (await api.call('POST', '/tokens', { name: role, role })).body['token']);
  const bound: Scope[] = ['read', 'publish', 'operate', 'approve', 'feedback'];
  tokens.set(
    'bound',
    (await api.call('POST', '/tokens', { name: 'bound', scopes: bound, models: ['other-*'] })).body['token'],
  );
  const made = await api.call('POST', '/api/2.0/mlflow/registered-models/create', { name: 'm' });
  expect(made.status).toBe(200);
  await api.call('POST', '/api/2.0/mlflow/model-versions/create', { name: 'm', source: 'runs:/1/m' });
  rolloutId = (await api.call('POST', '/models/m/rollouts', { version: 1 })).body['id'];
  expect(rolloutId).toEqual(expect.any(String));
});
afterAll(() => api.close());

/** Asks for something that is not there, so that whoever may ask changes nothing. */
async function ask(
  { method, path }: Row,
  token: string | null,
  { model = 'absent', id = randomUUID() as string, body = {} as Json } = {},
): Promise<{ status: number; code: string }> {
  const filled = path
    .replace('{model}', model)
    .replace('{version}', '1')
    .replace('{digest}', `sha256:${'0'.repeat(64)}`)
    .replace('{id}', id)
    .replace('{delivery}', randomUUID())
    .replace(/\{(alias|name|source)\}/, 'absent');
  const isRead = method === 'GET' || method === 'HEAD';
  const query = path.includes('/mlflow/') && isRead && body['name'] ? `?name=${body['name'] as string}` : '';
  const abort = new AbortController();
  const response = await fetch(`${api.url}${filled}${query}`, {
    method,
    redirect: 'manual',
    signal: abort.signal,
    headers: {
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      ...(isRead ? {} : { 'content-type': 'application/json' }),
    },
    ...(isRead ? {} : { body: JSON.stringify(body) }),
  });
  if (method === 'HEAD' || !/^application\/(\w+\+)?json/.test(response.headers.get('content-type') ?? '')) {
    abort.abort(); // a stream that does not end
    return { status: response.status, code: '' };
  }
  const answer = (await response.json()) as Json;
  return { status: response.status, code: String(answer['code'] ?? answer['error_code'] ?? '') };
}
const isForbidden = ({ status, code }: { status: number; code: string }): boolean =>
  status === 403 && ['scope_missing', 'PERMISSION_DENIED', ''].includes(code);

describe('the table of docs/guides/access.md', () => {
  it('has a row for every route, and no other', async () => {
    const { body } = await api.call('GET', '/api/openapi.json');
    const routes = Object.entries(body['paths'] as Json)
      .filter(([path]) => path.startsWith('/api/'))
      .flatMap(([path, item]) =>
        Object.keys(item as Json)
          .filter((key) => /^(get|put|post|patch|delete|head)$/.test(key))
          .map((method) => `${method.toUpperCase()} ${path}`),
      );
    expect(rows.map(({ method, path }) => `${method} ${path}`).sort()).toEqual(routes.sort());
    expect(roles.size).toBe(ROLES.length);
  });

  it('says who may: every route with every scope and every role', async () => {
    const wrong: string[] = [];
    for (const row of rows.filter(({ scopes }) => !scopes.includes('everybody'))) {
      const holders: [string, readonly string[]][] = [
        ...SCOPES.map((scope): [string, string[]] => [scope, [scope]]),
        ...roles,
      ];
      for (const [holder, has] of holders) {
        const may = has.includes('admin') || has.some((scope) => row.scopes.includes(scope));
        const answer = await ask(row, tokens.get(holder) ?? null);
        if (isForbidden(answer) === may || answer.status === 401)
          wrong.push(
            `${row.method} ${row.path} as ${holder}: ${answer.status} ${answer.code}, may: ${String(may)}`,
          );
      }
    }
    expect(wrong).toEqual([]);
  }, 120_000);

  it('says what needs no token, and everything else does', async () => {
    const wrong: string[] = [];
    for (const row of rows) {
      const open = row.scopes.includes('everybody');
      const { status, code } = await ask(row, null);
      const wants = status === 401 && ['token_missing', 'UNAUTHENTICATED', ''].includes(code);
      if (wants === open) wrong.push(`${row.method} ${row.path}: ${status} ${code}`);
    }
    expect(wrong).toEqual([]);
  });

  it('says how a token that is bound to other models fares', async () => {
    const wrong: string[] = [];
    for (const row of rows.filter(({ scopes }) => !scopes.includes('everybody'))) {
      const answer = await ask(row, tokens.get('bound') ?? null, {
        ...{ model: 'm', body: { name: 'm', model: 'm' } },
        id: row.bound === 'of the rollout' ? rolloutId : randomUUID(),
      });
      const isOpen = ['theirs only', 'touches none'].includes(row.bound);
      if ((answer.status === 403) === isOpen)
        wrong.push(`${row.method} ${row.path} (${row.bound}): ${answer.status} ${answer.code}`);
    }
    expect(wrong).toEqual([]);
  });
});

it("a reader sees the record of models, not the installation's own", async () => {
  const typesFor = async (holder: string): Promise<string[]> =>
    (await api.call('GET', '/audit?pageSize=200', undefined, tokens.get(holder))).body['items'].map(
      (item: Json) => item['type'],
    );
  expect(await typesFor('viewer')).toContain('model.created');
  expect((await typesFor('viewer')).filter((type) => /^(token|access)\./.test(type))).toEqual([]);
  expect(await typesFor('operator')).toContain('access.refused');
});
