import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ROLES, SCOPES, type Scope } from '#libs/engine';
import { DEFAULT_POLICY_DOCUMENT } from '#libs/rollout';
import { startApi, type Json, type TestApi } from '../support/api.ts';
import { json, startModelServer, type TestModelServer } from '../support/model-servers/model-server.ts';

interface Row {
  readonly method: string;
  readonly path: string;
  readonly scopes: readonly string[];
  readonly bound: string;
}

let api: TestApi;
let server: TestModelServer;
let rows: Row[];
/** What somebody does -> what each role gets: "yes", or the code of the refusal. */
let loosening: Map<string, ReadonlyMap<string, string>>;
let roles: Map<string, readonly string[]>;
let rolloutId: string;
const tokens = new Map<string, string>();

beforeAll(async () => {
  api = await startApi({ RATE_LIMIT: '0' });
  server = await startModelServer((_request, _body, response) => json(response, {}));
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
  const head = cells.find(([first]) => first === 'what somebody does') ?? [];
  loosening = new Map(
    cells
      .filter((row) => row.length === head.length && row !== head && !/^-+$/.test(row[0] ?? ''))
      .map(([what = '', ...gets]) => [what, new Map(gets.map((get, i) => [head[i + 1] ?? '', get]))]),
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
afterAll(async () => {
  await api.close();
  await server.stop();
});

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
        ...{
          model: 'm',
          body: { name: 'm', model: 'm', members: [{ model: 'm', version: 1 }], models: { m: {} } },
        },
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

/*
 * "Who may loosen what": each row as something that is really done, on a model of its own, by a holder
 * whose token is all that differs.
 */
type Answer = Awaited<ReturnType<TestApi['call']>>;
/** @param model a name that is nobody's yet */
type Attempt = (model: string, token: string) => Promise<Answer>;

const LOOSE = { name: 'loose', steps: [], gates: [], promoteWhen: 'notFailed' };
const TIGHT = { ...DEFAULT_POLICY_DOCUMENT, name: 'tight', consecutiveErrors: 3 };
const outputSpec = { kind: 'score', path: '$.score', tolerance: 0.1 };

/** A model, made by an admin; with version 1 as its primary when it serves. */
async function modelOf(name: string, { serves = false, policy = undefined as unknown } = {}): Promise<void> {
  await api.call('POST', '/models', { name, policy });
  if (!serves) return;
  const version = { servingUrl: server.url, outputSpec, metrics: { auc: 0.9 } };
  await api.call('POST', `/models/${name}/versions`, version);
  await api.call('POST', `/models/${name}/promote`, { version: 1, reason: 'x' });
}
/** The same with one more version, to release. */
async function released(name: string, version: Json, body: Json, token: string, serves = false) {
  await modelOf(name, { serves });
  const made = await api.call('POST', `/models/${name}/versions`, { servingUrl: server.url, ...version });
  const number = made.body['version'] as number;
  return api.call('POST', `/models/${name}/rollouts`, { version: number, ...body }, token);
}
const take = (path: string, body: Json) => async (model: string, token: string) => {
  await modelOf(model);
  return api.call('PUT', `/models/${model}/${path}`, body, token);
};

const ATTEMPTS: Readonly<Record<string, Attempt>> = {
  'release by a tighter policy': (m, t) => released(m, {}, { policy: TIGHT }, t),
  'release by a looser policy': (m, t) => released(m, {}, { policy: LOOSE }, t),
  'register a version with a looser policy': async (m, t) => {
    await modelOf(m);
    const version = { servingUrl: server.url, rollout: { policy: LOOSE } };
    return api.call('POST', `/models/${m}/versions`, version, t);
  },
  'send a manifest with a looser policy': (m, t) =>
    api.call('POST', '/manifests', { model: m, servingUrl: server.url, rollout: { policy: LOOSE } }, t),
  'release through a freeze (overrideFreeze)': (m, t) =>
    released(m, {}, { overrideFreeze: true, reason: 'hot fix' }, t),
  "release with an output spec that is not the primary's": (m, t) =>
    released(m, { outputSpec: null }, {}, t, true),
  'correct the output spec of a version': async (m, t) => {
    await modelOf(m, { serves: true });
    const correction = { outputSpec: { ...outputSpec, path: '$.result' }, reason: 'x' };
    return api.call('PATCH', `/models/${m}/versions/1`, correction, t);
  },
  'retry a rollout by a looser policy': async (m, t) => {
    const { body } = await released(m, {}, { policy: LOOSE }, tokens.get('admin') ?? '');
    await api.call('POST', `/rollouts/${body['id']}/abort`, { reason: 'x' });
    return api.call('POST', `/rollouts/${body['id']}/retry`, { reason: 'x' }, t);
  },
  'make a model with a tighter policy': (m, t) => api.call('POST', '/models', { name: m, policy: TIGHT }, t),
  'make a model with a looser policy': (m, t) => api.call('POST', '/models', { name: m, policy: LOOSE }, t),
  "replace a model's policy by a looser one": take('policy', LOOSE),
  'replace a policy that asks for four eyes by a looser one': async (m, t) => {
    await modelOf(m, { policy: { ...TIGHT, fourEyes: true } });
    return api.call('PUT', `/models/${m}/policy`, TIGHT, t);
  },
  'replace golden requests': take('golden', { items: [] }),
  'replace caller rules': take('callers', { unit: { header: 'x-user' } }),
  'put a model into an environment': take('environment', { name: 'staging' }),
  'take away what a model comes after': async (m, t) => {
    await modelOf(`${m}-staging`);
    await modelOf(m);
    await api.call('PUT', `/models/${m}/environment`, { name: 'prod', after: `${m}-staging` });
    return api.call('PUT', `/models/${m}/environment`, { name: 'prod' }, t);
  },
  'release past an environment (overrideEnvironment)': (m, t) =>
    released(m, {}, { overrideEnvironment: true, reason: 'x' }, t),
  'replace segments': take('segments', { staff: { header: 'x-team', values: ['staff'] } }),
  'replace prices': take('prices', { input: 2.5, output: 10 }),
  "change how MLflow's versions are released": async (m, t) => {
    await modelOf(m);
    return api.call('PATCH', `/models/${m}`, { servingUrlTemplate: 'http://m/{version}' }, t);
  },
  'change metrics of what has served that checks compare': async (m, t) => {
    const steps = [{ checks: { metrics: { auc: { min: 0.5 } } } }, ...DEFAULT_POLICY_DOCUMENT.steps.slice(1)];
    await modelOf(m, { serves: true, policy: { ...TIGHT, steps } });
    return api.call('POST', `/models/${m}/versions/1/metrics`, { metrics: { auc: 0.1 } }, t);
  },
  'delete a model that has rails': async (m, t) => {
    await modelOf(m, { policy: TIGHT });
    return api.call('DELETE', `/models/${m}`, undefined, t);
  },
  'rename a model that has rails': async (m, t) => {
    await modelOf(m, { policy: TIGHT });
    return api.call('PATCH', `/models/${m}`, { name: `${m}-renamed` }, t);
  },
  'delete a model through MLflow that has rails': async (m, t) => {
    await modelOf(m, { policy: TIGHT });
    return api.call('DELETE', '/api/2.0/mlflow/registered-models/delete', { name: m }, t);
  },
  'delete a model that asks for four eyes': async (m, t) => {
    await modelOf(m, { policy: { ...TIGHT, fourEyes: true } });
    return api.call('DELETE', `/models/${m}`, undefined, t);
  },
  'rename a model that asks for four eyes': async (m, t) => {
    await modelOf(m, { policy: { ...TIGHT, fourEyes: true } });
    return api.call('PATCH', `/models/${m}`, { name: `${m}-renamed` }, t);
  },
  'delete a model without rails': async (m, t) => {
    await modelOf(m);
    return api.call('DELETE', `/models/${m}`, undefined, t);
  },
  'promote at once': async (m, t) => {
    await modelOf(m, { serves: true });
    await api.call('POST', `/models/${m}/versions`, { servingUrl: server.url });
    return api.call('POST', `/models/${m}/promote`, { version: 2, reason: 'x' }, t);
  },
  'roll back at once': async (m, t) => {
    await modelOf(m, { serves: true });
    await api.call('POST', `/models/${m}/versions`, { servingUrl: server.url });
    await api.call('POST', `/models/${m}/promote`, { version: 2, reason: 'x' });
    return api.call('POST', `/models/${m}/rollback`, { reason: 'x' }, t);
  },
  'retire a model': async (m, t) => {
    await modelOf(m, { serves: true });
    return api.call('POST', `/models/${m}/retire`, { reason: 'x' }, t);
  },
  'have a retired model serve again': async (m, t) => {
    await modelOf(m, { serves: true });
    await api.call('POST', `/models/${m}/retire`, { reason: 'x' });
    return api.call('POST', `/models/${m}/unretire`, { reason: 'x' }, t);
  },
};

/** What an answer amounts to, in the words of the table. MLflow's errors have no code of ours. */
function gets({ status, body }: Answer): string {
  if (status < 300) return 'yes';
  const code = String(body['code'] ?? body['error_code']);
  if (code !== 'PERMISSION_DENIED') return code;
  return /this needs/.test(body['message'])
    ? 'scope_missing'
    : /Only an operator/.test(body['message'])
      ? 'model_guarded'
      : code;
}

describe('who may loosen what, by docs/guides/access.md', () => {
  const holder = async (role: string, models: readonly string[]): Promise<string> =>
    (await api.call('POST', '/tokens', { name: `${role} of ${models.join()}`, role, models })).body['token'];

  it('has a row for everything that is tried here, and no other', () => {
    expect([...loosening.keys()].sort()).toEqual(Object.keys(ATTEMPTS).sort());
  });

  it.each(Object.entries(ATTEMPTS))('%s', async (what, attempt) => {
    const row = loosening.get(what) ?? new Map<string, string>();
    const name = `loosening-${randomUUID().slice(0, 8)}`;
    const found: Record<string, string> = {};
    for (const role of ROLES) found[role] = gets(await attempt(`${name}-${role}`, tokens.get(role) ?? ''));
    expect(found).toEqual(Object.fromEntries(row));
    // Bound to the model a token has its role's rights, bound to another one none.
    for (const role of ['publisher', 'operator'] as const) {
      const own = await attempt(`${name}-own-${role}`, await holder(role, ['loosening-*']));
      expect([role, gets(own)]).toEqual([role, row.get(role)]);
      const other = await attempt(`${name}-other-${role}`, await holder(role, ['others-*']));
      expect([role, other.status]).toEqual([role, 403]);
    }
  });
});
