import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { startApi, type Json, type TestApi } from '../support/api.ts';
import {
  READY,
  readinessServer,
  type ReadinessServer,
  stopReadinessServers,
} from '../support/model-servers/readiness-server.ts';

/* Versions of several models that CI registers and releases together: all of it, or nothing. */
let api: TestApi;
let server: ReadinessServer;
let source: { name: string; secret: string };
const MODELS = ['ci-encoder', 'ci-ranker'];

beforeAll(async () => {
  api = await startApi({ OUTBOUND_ALLOW: '127.0.0.0/8' });
  server = await readinessServer(READY);
  for (const model of MODELS) {
    const body = { createModel: true, servingUrl: server.url, rollout: false };
    expect((await api.call('POST', `/models/${model}/versions`, body)).status).toBe(201);
    const { status } = await api.call('POST', `/models/${model}/promote`, { version: 1, reason: 'test' });
    expect(status).toBe(200);
  }
  const body = { name: 'ci', kind: 'standard', models: ['ci-*'] };
  source = (await api.call('POST', '/webhook-sources', body)).body as typeof source;
}, 120_000);
afterAll(async () => {
  await api.close();
  await stopReadinessServers();
});

const manifest = (...members: Json[]): Json => ({ reason: 'new features', members });
const of = (model: string, more: Json = {}): Json => ({ model, servingUrl: server.url, ...more });
const both = () => manifest(of('ci-encoder'), of('ci-ranker', { metrics: { auc: 0.9 } }));
const counts = () =>
  Promise.all(
    MODELS.map(async (model) => (await api.call('GET', `/models/${model}/versions`)).body['items'].length),
  );
const liveGroups = async (): Promise<Json[]> =>
  (await api.call('GET', '/release-groups?live=true')).body['items'];
const deliver = (data: Json, id: string = randomUUID()) => {
  const text = JSON.stringify({ type: 'version.registered', data });
  const at = new Date();
  return api.call('POST', `/webhooks/standard/${source.name}`, text, null, {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
    'webhook-signature': new Webhook(source.secret).sign(id, at, text),
  });
};

it.each<[string, () => Json, number, string, string[]]>([
  [
    'fields that are wrong',
    () => manifest(of('ci-encoder'), of('ci-ranker', { servingUrll: 'x' })),
    422,
    'manifest_invalid',
    ['/data/members/1'],
  ],
  ['one member', () => manifest(of('ci-encoder')), 422, 'manifest_invalid', ['/data/members']],
  [
    'what goes without saying',
    () => manifest(of('ci-encoder', { rollout: false }), of('ci-ranker')),
    422,
    'manifest_invalid',
    ['/data/members/0'],
  ],
  ['a model of others', () => manifest(of('ci-encoder'), of('other')), 403, 'model_not_allowed', []],
  [
    'a model twice',
    () => manifest(of('ci-encoder'), of('ci-encoder')),
    422,
    'group_member_twice',
    ['/members/1/model'],
  ],
  ['a model that is not there', () => manifest(of('ci-encoder'), of('ci-new')), 404, 'model_not_found', []],
  [
    'a policy that cannot be, of the second member',
    () =>
      manifest(
        of('ci-encoder'),
        of('ci-ranker', {
          policy: { name: 'x', steps: [{ canary: { weight: '200%' } }], gates: [] },
        }),
      ),
    422,
    'policy_invalid',
    [],
  ],
  [
    'nobody at its URL',
    () => manifest(of('ci-encoder'), of('ci-ranker', { servingUrl: 'http://127.0.0.1:1' })),
    422,
    'serving_url_unreachable',
    ['/members/1/servingUrl'],
  ],
])(
  '%s: refused with what and where, and nothing is registered',
  async (_what, asked, status, code, pointers) => {
    const before = await counts();
    const { status: found, body } = await deliver(asked());
    expect([found, body['code']]).toEqual([status, code]);
    const told = ((body['errors'] ?? []) as { pointer: string }[]).map(({ pointer }) => pointer);
    for (const pointer of pointers) expect(told.some((one) => one.startsWith(pointer))).toBe(true);
    expect([await counts(), await liveGroups()]).toEqual([before, []]);
  },
);

it('a delivery registers and releases them as one group, once, however often and at once it comes', async () => {
  const before = await counts();
  const id = randomUUID();
  const manifestOfBoth = both();
  const answers = await Promise.all([1, 2, 3, 4].map(() => deliver(manifestOfBoth, id)));
  const [first] = answers;
  expect(first).toMatchObject({
    status: 200,
    body: { members: [{ model: 'ci-encoder' }, { model: 'ci-ranker' }] },
  });
  for (const { body } of answers) expect(body).toEqual(first?.body);
  expect(await counts()).toEqual(before.map((count) => count + 1));
  const live = await liveGroups();
  expect(live).toMatchObject([
    {
      id: first?.body['releaseGroupId'],
      ...{ reason: 'new features', createdBy: 'webhook:ci' },
      members: [{ model: 'ci-encoder', groupId: live[0]?.['id'] }, { model: 'ci-ranker' }],
    },
  ]);
  await api.call('POST', `/release-groups/${String(live[0]?.['id'])}/abort`, { reason: 'test' });
});

it('the API takes it too, as YAML; whoever is bound to one of the models is refused', async () => {
  const startAt = new Date(Math.ceil(Date.now() / 1_000) * 1_000 + 86_400_000).toISOString();
  const yaml = `
reason: by hand
startAt: ${startAt}
members:
  - { model: ci-encoder, servingUrl: "${server.url}" }
  - { model: ci-ranker, servingUrl: "${server.url}" }
`;
  const { status, body } = await api.call('POST', '/release-groups/manifest', yaml, undefined, {
    'content-type': 'application/yaml',
  });
  expect([status, body]).toMatchObject([
    201,
    { reason: 'by hand', members: [{ startAt }, { model: 'ci-ranker' }] },
  ]);
  await api.call('POST', `/release-groups/${String(body['id'])}/abort`, { reason: 'test' });
  const grant = { name: 'bound', role: 'publisher', models: ['ci-encoder'] };
  const { token } = (await api.call('POST', '/tokens', grant)).body;
  expect((await api.call('POST', '/release-groups/manifest', both(), token)).body).toMatchObject({
    code: 'model_not_allowed',
  });
});
