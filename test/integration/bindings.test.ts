import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApi, type Json, type TestApi } from '../support/api.ts';
import { type NamedRequest, requestsNaming } from '../support/model-places.ts';

/** In every field of the foreign model that somebody wrote. */
const MARK = 'Xq7OfAnotherModel';
const FOREIGN = 'secret-model';
/** Of nobody yet: it must not come to be. */
const ABSENT = 'absent-model';
const SCOPES = ['read', 'publish', 'operate', 'approve', 'feedback'];
const MLFLOW = '/api/2.0/mlflow';
const STEPS = [{ canary: { weight: '10%', minRequests: 10, maxDuration: '1h' } }];

let api: TestApi;
let folder: string;
let bound: string;
let foreignRollout: string;
let foreignDigest: string;
let routes: { method: string; path: string }[];

const digestOf = (text: string): string => `sha256:${createHash('sha256').update(text).digest('hex')}`;
const upload = async (text: string, as: string) => {
  const response = await fetch(`${api.url}/api/v1/artifacts`, {
    method: 'POST',
    headers: { authorization: `Bearer ${as}`, 'content-type': 'application/octet-stream' },
    body: text,
  });
  expect([200, 201]).toContain(response.status);
  return digestOf(text);
};
const sound = async (method: string, where: string, body?: unknown, as?: string): Promise<Json> => {
  const answer = await api.call(method, where, body, as);
  expect([method, where, answer.status < 400, answer.body]).toEqual([method, where, true, answer.body]);
  return answer.body;
};

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'understudy-bindings-'));
  api = await startApi({
    RATE_LIMIT: '0',
    ARTIFACT_FOLDER: folder,
    DEPLOYER_COMMAND: 'never-run {artifact} {port}',
  });
  const made = await api.call('POST', '/tokens', { name: 'bound', scopes: SCOPES, models: ['own-*'] });
  bound = made.body['token'];
  foreignDigest = await upload(MARK, await api.token('admin'));
  const policy = {
    name: MARK,
    steps: STEPS,
    gates: [{ metric: 'error_rate', maxIncrease: 0.01 }],
  };
  await sound('POST', '/models', { name: FOREIGN, description: MARK, tags: { [MARK]: MARK }, policy });
  const version = {
    ...{ artifact: { digest: foreignDigest }, description: MARK, card: MARK, tags: { [MARK]: MARK } },
    ...{ source: { commit: MARK }, dataset: { uri: MARK }, metrics: { [MARK]: 1 } },
    ...{ outputSpec: { kind: 'label', path: `$.${MARK}` }, signature: { inputs: MARK } },
  };
  await sound('POST', `/models/${FOREIGN}/versions`, version);
  await sound('POST', `${MLFLOW}/model-versions/create`, {
    ...{ name: FOREIGN, source: `s3://${MARK}`, run_id: MARK, run_link: MARK, description: MARK },
  });
  await sound('PUT', `/models/${FOREIGN}/aliases/${MARK}`, { version: 1 });
  await sound('PUT', `/models/${FOREIGN}/golden`, {
    items: [{ name: MARK, method: 'POST', path: '/', body: {}, expect: [] }],
  });
  foreignRollout = (await sound('POST', `/models/${FOREIGN}/rollouts`, { version: 2, reason: MARK }))['id'];
  // Consumes the foreign model; nobody of ours may know.
  const upstreams = [{ model: FOREIGN, version: 1 }];
  await sound('POST', '/models/third-model/versions', { ...version, createModel: true, upstreams });
  const { body } = await api.call('GET', '/api/openapi.json');
  routes = Object.entries(body['paths'] as Json)
    .filter(([where]) => where.startsWith('/api/'))
    .flatMap(([where, item]) =>
      Object.keys(item as Json)
        .filter((key) => /^(get|put|post|patch|delete|head)$/.test(key))
        .map((method) => ({ method: method.toUpperCase(), path: where })),
    );
});
afterAll(async () => {
  await api.close();
  await rm(folder, { recursive: true, force: true });
});

/** All that can be seen of the foreign model. */
async function foreignState(): Promise<unknown> {
  const of = [
    '',
    '/versions',
    '/aliases',
    '/policy',
    '/golden',
    '/callers',
    '/prices',
    '/environment',
    '/rollouts',
    '/versions/1/card',
  ];
  const answers = [];
  for (const one of of) {
    const response = await fetch(`${api.url}/api/v1/models/${FOREIGN}${one}`, {
      headers: { authorization: `Bearer ${await admin()}` },
    });
    answers.push([response.status, await response.text()]);
  }
  const { body } = await api.call('GET', `/audit?model=${FOREIGN}&pageSize=200`);
  const { body: all } = await api.call('GET', `/models?filter=${encodeURIComponent("name LIKE '%-model'")}`);
  return [answers, (body['items'] as Json[]).length, (all['items'] as Json[]).map(({ name }) => name)];
}
let adminToken: string | null = null;
const admin = async (): Promise<string> => (adminToken ??= await api.token('admin'));

const policyOf = (model: string) => ({
  name: 'p',
  steps: STEPS,
  gates: [{ metric: 'feedback.click', model, maxDecrease: 0.1 }],
});
/** Bodies that are sound, by route; `own` stands where a model's name may. */
const bodies = (own: string): Record<string, Json> => ({
  'POST /api/v1/models': { name: own, policy: policyOf(own) },
  'PATCH /api/v1/models/{model}': { name: `${own}-renamed` },
  'PUT /api/v1/models/{model}/policy': policyOf(own),
  'PUT /api/v1/models/{model}/golden': { items: [] },
  'PUT /api/v1/models/{model}/callers': { unit: { header: 'x-user' } },
  'PUT /api/v1/models/{model}/prices': { input: 1, output: 2 },
  'PUT /api/v1/models/{model}/environment': { name: 'prod', after: own === FOREIGN ? own : null },
  'PUT /api/v1/models/{model}/aliases/{alias}': { version: 1 },
  'POST /api/v1/models/{model}/rollouts': { version: 1, policy: policyOf(own) },
  'POST /api/v1/models/{model}/versions': {
    ...{ artifact: { digest: digestOf('ours') }, rollout: false, upstreams: [{ model: own, version: 1 }] },
  },
  'PATCH /api/v1/models/{model}/versions/{version}': { description: own },
  'POST /api/v1/models/{model}/versions/{version}/metrics': { metrics: { accuracy: 1 } },
  'POST /api/v1/manifests': {
    ...{
      model: own,
      artifact: { digest: digestOf('ours') },
      rollout: false,
      upstreams: [{ model: own, version: 1 }],
    },
  },
  'POST /api/v1/feedback': { items: [{ model: own, unit: 'u', id: 'e', metric: 'click', value: 1 }] },
  'POST /api/v1/policies/validate': policyOf(own),
  'POST /api/v1/model-settings': { models: { [own]: { description: own, policy: policyOf(own) } } },
  'POST /api/v1/model-settings/plan': {
    models: { [own]: { environment: { name: 'prod', after: own === FOREIGN ? own : null } } },
  },
});
const MLFLOW_BODY = (own: string, alias: string): Json => ({
  ...{ name: own, new_name: `${own}-renamed`, version: '1', key: 'k', value: 'v', alias, stage: 'Staging' },
  ...{ source: `models:/${own}/1`, description: own, filter: `name = '${own}'` },
});

let made = 0;
/** A model of the bound token's own, fresh for each request that may change it. */
async function fresh(): Promise<string> {
  const own = `own-${++made}`;
  await sound('POST', '/models', { name: own });
  await sound('POST', `/models/${own}/versions`, { artifact: { digest: await ours() }, rollout: false });
  await sound('PUT', `/models/${own}/aliases/champion`, { version: 1 });
  return own;
}
let uploaded: string | null = null;
const ours = async (): Promise<string> => (uploaded ??= await upload('ours', bound));

async function ask(
  method: string,
  where: string,
  body: Json | null,
): Promise<{ status: number; text: string }> {
  const abort = new AbortController();
  const isRead = method === 'GET' || method === 'HEAD';
  const response = await fetch(`${api.url}${where}`, {
    method,
    redirect: 'manual',
    signal: abort.signal,
    headers: {
      authorization: `Bearer ${bound}`,
      ...(body === null || isRead ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === null || isRead ? {} : { body: JSON.stringify(body) }),
  });
  if (response.headers.get('content-type')?.startsWith('text/event-stream')) {
    abort.abort();
    return { status: response.status, text: '' };
  }
  return {
    status: response.status,
    text: `${JSON.stringify([...response.headers])}${await response.text()}`,
  };
}

describe('a token that is bound to models', () => {
  it('learns and changes nothing of another, wherever a request names it', async () => {
    const before = await foreignState();
    const leaks: string[] = [];
    let asked = 0;
    for (const { method, path: template } of routes) {
      const mayChange = method !== 'GET' && method !== 'HEAD';
      let own = await fresh();
      const soundRequest = () => {
        const isMlflow = template.startsWith(MLFLOW);
        const filled = template
          .replace('{model}', own)
          .replace('{version}', '1')
          .replace('{alias}', 'champion')
          .replace('{digest}', digestOf('ours'))
          .replace(/\{id\}|\{delivery\}/g, foreignRollout)
          .replace(/\{(name|source)\}/, 'absent');
        const parameters = MLFLOW_BODY(own, 'champion');
        const isRead = isMlflow && !mayChange;
        return {
          path: filled,
          query: isRead
            ? Object.entries(parameters)
                .map(([key, value]) => `${key}=${encodeURIComponent(String(value))}`)
                .join('&')
            : template === '/api/v1/audit' || template === '/api/v1/audit/verify'
              ? `model=${own}`
              : '',
          body:
            isMlflow && mayChange
              ? parameters
              : mayChange
                ? (bodies(own)[`${method} ${template}`] ?? {})
                : null,
        };
      };
      const keys = template.startsWith(MLFLOW) ? ['name', 'new_name', 'source', 'filter'] : ['name', 'model'];
      const names = mayChange ? [FOREIGN, ABSENT] : [FOREIGN];
      const requests = (): NamedRequest[] => [
        ...names.flatMap((name) => requestsNaming(name, own, soundRequest(), keys)),
        // The rollout and the artifact of the other model, by their own names.
        ...(template.includes('{id}') ? [{ ...soundRequest(), where: 'rollout' }] : []),
        ...(template.includes('{digest}')
          ? [{ ...soundRequest(), path: template.replace('{digest}', foreignDigest), where: 'digest' }]
          : []),
      ];
      const look = async (one: NamedRequest): Promise<boolean> => {
        asked++;
        const { status, text } = await ask(method, `${one.path}?${one.query}`, one.body);
        if (text.includes(MARK) || status >= 500)
          leaks.push(`${method} ${template} by ${one.where}: ${status} ${text.slice(0, 300)}`);
        return status < 400;
      };
      if (!mayChange) {
        const all = requests();
        for (let i = 0; i < all.length; i += 10) await Promise.all(all.slice(i, i + 10).map(look));
      } else {
        // What was let through may have changed the model: the next one is asked about a fresh one.
        for (let i = 0, { length } = requests(); i < length; i++) {
          const one = requests()[i];
          if (one && (await look(one))) own = await fresh();
        }
      }
      const after = await foreignState();
      if (JSON.stringify(after) !== JSON.stringify(before)) leaks.push(`${method} ${template} changes it`);
      expect([template, after]).toEqual([template, before]);
    }
    expect(leaks).toEqual([]);
    expect(asked).toBeGreaterThan(1_500);
  }, 500_000);

  it('is let through by the same requests about its own', async () => {
    const wrong: string[] = [];
    for (const [route, body] of Object.entries(bodies('own-x'))) {
      const own = await fresh();
      // A release's own policy may only tighten the model's.
      await sound('PUT', `/models/${own}/policy`, policyOf(own));
      const [method = '', template = ''] = route.split(' ');
      const where = template.replace('{model}', own).replace('{version}', '1').replace('{alias}', 'champion');
      const text = JSON.stringify(body).replaceAll('own-x', own);
      const { status, text: answer } = await ask(method, where, JSON.parse(text) as Json);
      if (status >= 400) wrong.push(`${route}: ${status} ${answer.slice(-400)}`);
    }
    expect(wrong).toEqual([]);
    const own = await fresh();
    const renamed = await ask('POST', `${MLFLOW}/registered-models/rename`, {
      name: own,
      new_name: `${own}-2`,
    });
    expect(renamed.status).toBe(200);
  });
});

describe('lineage for a bound token', () => {
  it('names what is next to its own, and neither what that is nor what is behind it', async () => {
    const own = await fresh();
    const upstreams = [{ model: FOREIGN, version: 1 }];
    await sound('POST', `/models/${own}/versions`, { artifact: { digest: await ours() }, upstreams }, bound);
    const seen = await sound(
      'GET',
      `/models/${own}/versions/2/lineage?direction=both&depth=20`,
      undefined,
      bound,
    );
    expect(seen['nodes']).toEqual([
      expect.objectContaining({ model: own, version: 2, hidden: false }),
      {
        ...{ model: FOREIGN, version: 1, direction: 'upstream', distance: 1, hidden: true },
        ...{ serves: null, deleted: null, source: {}, dataset: {} },
      },
    ]);
    const all = await sound('GET', `/models/${own}/versions/2/lineage?direction=both&depth=20`);
    expect(JSON.stringify(all)).toContain(MARK);
  });
});

describe('artifacts of a bound token', () => {
  const get = async (digest: string, as = bound) =>
    (await fetch(`${api.url}/api/v1/artifacts/${digest}`, { headers: { authorization: `Bearer ${as}` } }))
      .status;

  it("are those of its models' versions, and those that it has uploaded itself", async () => {
    expect(await get(foreignDigest)).toBe(404);
    expect(await get(foreignDigest, await admin())).toBe(200);
    expect(await get(await upload('just now', bound))).toBe(200);
    const own = await fresh();
    const claim = { artifact: { digest: foreignDigest }, rollout: false };
    expect((await api.call('POST', `/models/${own}/versions`, claim, bound)).body).toMatchObject({
      ...{ status: 403, code: 'artifact_not_allowed' },
    });
    // What nobody's version names may be registered; an admin's CI has uploaded it.
    const unclaimed = await upload('by an admin', await admin());
    expect(await get(unclaimed)).toBe(404);
    await sound('POST', `/models/${own}/versions`, { artifact: { digest: unclaimed } }, bound);
    expect(await get(unclaimed)).toBe(200);
    // Who has the bytes has them.
    await upload(MARK, bound);
    expect(await get(foreignDigest)).toBe(200);
    await sound('POST', `/models/${own}/versions`, claim, bound);
  });
});

describe('a copy of another model in MLflow', () => {
  it('does not say where the other one is', async () => {
    const own = await fresh();
    for (const source of [`models:/${FOREIGN}/2`, `models:/secret%2Dmodel/2`, 'models:/%zz/2']) {
      const { model_version: made } = await sound(
        ...(['POST', `${MLFLOW}/model-versions/create`, { name: own, source }, bound] as const),
      );
      const uri = `${MLFLOW}/model-versions/get-download-uri?name=${own}&version=${String(made.version)}`;
      expect(await sound('GET', uri, undefined, bound)).toEqual({ artifact_uri: source });
    }
  });
});

describe('what a policy has read', () => {
  const gate = {
    feedback: { metric: 'feedback.click', model: FOREIGN, maxDecrease: 0.1 },
    query: { metric: 'prometheus', query: `sum(errors{model="${FOREIGN}"})`, max: 1 },
    url: { metric: 'http', url: 'https://verdict.example/' },
  };
  const policyWith = (one: object) => ({ name: 'p', steps: STEPS, gates: [one] });
  const EVERY_PLACE = (own: string, policy: object): [string, string, Json][] => [
    ['POST', `/models/${own}/rollouts`, { version: 1, policy }],
    ['POST', `/models/${own}/versions`, { artifact: { digest: digestOf('ours') }, rollout: { policy } }],
    ['POST', '/manifests', { model: own, artifact: { digest: digestOf('ours') }, rollout: { policy } }],
    ['POST', '/models', { name: `${own}-new`, policy }],
    ['PUT', `/models/${own}/policy`, policy],
  ];

  it.each([
    ['feedback', ['publish', 'operate'], ['own-*'], 'policy_model_not_allowed'],
    ['query', ['publish', 'operate'], ['own-*'], 'policy_query_not_allowed'],
    ['query', ['publish'], null, 'policy_query_not_allowed'],
    ['url', ['publish'], null, 'policy_url_not_allowed'],
    ['url', ['publish'], ['own-*'], 'policy_url_not_allowed'],
  ] as const)('%s is not added by %j of %j', async (kind, scopes, models, code) => {
    const { body } = await api.call('POST', '/tokens', { name: code, scopes, models: models && [...models] });
    const own = await fresh();
    for (const [method, where, document] of EVERY_PLACE(own, policyWith(gate[kind]))) {
      const answer = await api.call(method, where, document, body['token']);
      // Replacing a model's policy takes `operate` anyway.
      const codes =
        method === 'PUT' && !(scopes as readonly string[]).includes('operate') ? ['scope_missing'] : [];
      expect([where, answer.status, [code, ...codes]]).toEqual([
        where,
        403,
        expect.arrayContaining([answer.body['code']]),
      ]);
    }
  });

  it("is what the model's own policy has read, whoever releases by it", async () => {
    for (const one of Object.values(gate)) {
      const own = await fresh();
      const policy = policyWith(one);
      await sound('PUT', `/models/${own}/policy`, policy);
      const { body, status } = await api.call(
        'POST',
        `/models/${own}/rollouts`,
        { version: 1, policy },
        bound,
      );
      expect([status, body['code']]).toEqual([201, undefined]);
    }
  });
});
