import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sign as signGitHub } from '@octokit/webhooks-methods';
import { Webhook } from 'standardwebhooks';
import { startApi, type Json, type TestApi } from '../support/api.ts';
import { eventually } from '../support/installation.ts';

let api: TestApi;
let files: Server;
let filesUrl: string;
let manifestText = '';
beforeAll(async () => {
  // A thousand deliveries of one address are not what is limited here.
  api = await startApi({ RATE_LIMIT_ANONYMOUS: '0' });
  files = createServer((request, response) => {
    const known = request.headers.authorization === 'Bearer read-only-token-of-the-repository';
    response.writeHead(known ? 200 : 404).end(manifestText);
  });
  await new Promise<void>((resolve) => files.listen(0, '127.0.0.1', resolve));
  filesUrl = `http://127.0.0.1:${(files.address() as AddressInfo).port}`;
});
afterAll(async () => {
  await api.close();
  await new Promise((resolve) => files.close(resolve));
});

const REPOSITORY = { id: 4711, full_name: 'acme/models' };
const PROJECT = {
  id: 815,
  path_with_namespace: 'acme/models',
  web_url: 'https://gitlab.example/acme/models',
};
const template = {
  model: 'ci-digits',
  rollout: false,
  servingUrl: null,
  artifact: null,
  tags: { commit: '{{/workflow_run/head_sha}}' },
};

interface Source {
  readonly name: string;
  readonly secret: string;
}
async function source(kind: string, more: Json = {}): Promise<Source> {
  const name = `${kind}-${randomUUID().slice(0, 8)}`;
  const made = await api.call('POST', '/webhook-sources', { name, kind, models: ['ci-*'], ...more });
  expect([made.status, made.body]).toEqual([201, expect.anything()]);
  return made.body as unknown as Source;
}
const versions = async (model: string): Promise<Json[]> =>
  (await api.call('GET', `/models/${model}/versions?pageSize=200`)).body['items'] ?? [];

type Change = (
  headers: Record<string, string>,
  text: string,
) => { headers: Record<string, string>; text: string };
const asItIs: Change = (headers, text) => ({ headers, text });
const send = (path: string, headers: Record<string, string>, text: string, change: Change = asItIs) => {
  const changed = change(headers, text);
  return api.call('POST', path, changed.text, null, {
    'content-type': 'application/json',
    ...changed.headers,
  });
};

async function github(from: Source, event: string, payload: Json, change?: Change) {
  const text = JSON.stringify(payload);
  const headers = {
    'x-github-event': event,
    'x-github-delivery': randomUUID(),
    'x-hub-signature-256': await signGitHub(from.secret, text),
  };
  return send(`/webhooks/github/${from.name}`, headers, text, change);
}
function signedByStandard(from: Source, id: string, text: string, at = new Date()): Record<string, string> {
  return {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
    'webhook-signature': new Webhook(from.secret).sign(id, at, text),
  };
}
function gitlab(from: Source, event: string, payload: Json, change?: Change) {
  const text = JSON.stringify(payload);
  const headers = { 'x-gitlab-event': event, ...signedByStandard(from, randomUUID(), text) };
  return send(`/webhooks/gitlab/${from.name}`, headers, text, change);
}

let runs = 1_000;
const workflowRun = (change: Json = {}): Json => ({
  action: 'completed',
  repository: REPOSITORY,
  workflow_run: {
    id: ++runs,
    run_attempt: 1,
    event: 'push',
    status: 'completed',
    conclusion: 'success',
    head_branch: 'main',
    head_sha: randomBytes(20).toString('hex'),
    path: '.github/workflows/train.yml@refs/heads/main',
    html_url: `https://github.com/acme/models/actions/runs/${runs}`,
    updated_at: new Date().toISOString(),
    head_repository: { id: REPOSITORY.id },
    pull_requests: [],
    ...change,
  },
});
const pipeline = (change: Json = {}, more: Json = {}): Json => ({
  object_kind: 'pipeline',
  project: PROJECT,
  object_attributes: {
    id: ++runs,
    ref: 'main',
    tag: false,
    sha: randomBytes(20).toString('hex'),
    status: 'success',
    source: 'push',
    finished_at: new Date().toISOString().replace('T', ' ').replace(/\..*/, ' UTC'),
    ...change,
  },
  ...more,
});
const ofRuns = {
  events: ['workflow_run'],
  repositoryIds: [REPOSITORY.id],
  branches: ['main', 'release/*'],
  workflows: ['.github/workflows/train.yml'],
};
/** Registered without a place to run would be refused: it comes with an artifact that was uploaded. */
async function uploaded(): Promise<string> {
  const bytes = randomBytes(8);
  const response = await fetch(`${api.url}/api/v1/artifacts`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${await api.token('publish')}`,
      'content-type': 'application/octet-stream',
    },
    body: bytes,
  });
  return ((await response.json()) as { digest: string }).digest;
}
const madeOf = async (model: string): Promise<Json> => ({
  template: { ...template, model, artifact: { digest: await uploaded() } },
});

/** The same delivery, not as it was signed. */
const FORGERIES: [string, Change][] = [
  ['one bit of the body is another', (headers, text) => ({ headers, text: text.replace('acme', 'acmf') })],
  [
    'one bit of the signature is another',
    (headers, text) => {
      const change = (value: string) =>
        value.slice(0, -3) + (value.at(-3) === 'a' ? 'b' : 'a') + value.slice(-2);
      const name = 'x-hub-signature-256' in headers ? 'x-hub-signature-256' : 'webhook-signature';
      return { headers: { ...headers, [name]: change(headers[name] ?? '') }, text };
    },
  ],
  [
    'there is no signature',
    ({ 'x-hub-signature-256': _a, 'webhook-signature': _b, ...headers }, text) => ({ headers, text }),
  ],
  [
    'it is signed by an algorithm that is broken, or unknown',
    ({ 'x-hub-signature-256': _a, ...headers }, text) => ({
      headers: {
        ...headers,
        'x-hub-signature': `sha1=${createHmac('sha1', 'x').update(text).digest('hex')}`,
        ...(headers['webhook-signature'] === undefined
          ? {}
          : { 'webhook-signature': headers['webhook-signature'].replace('v1,', 'v1a,') }),
      },
      text,
    }),
  ],
  [
    'it was signed six minutes ago',
    (headers, text) =>
      headers['webhook-timestamp'] === undefined
        ? { headers: { ...headers, 'x-hub-signature-256': '' }, text }
        : {
            headers: { ...headers, 'webhook-timestamp': String(Number(headers['webhook-timestamp']) - 360) },
            text,
          },
  ],
];

describe('GitHub', () => {
  it('a workflow run that succeeded registers what the source makes of it', async () => {
    const from = await source('github', { ...ofRuns, manifest: await madeOf('ci-run') });
    const payload = workflowRun();
    const answer = await github(from, 'workflow_run', payload);
    expect(answer).toMatchObject({ status: 200, body: { model: 'ci-run', version: 1 } });
    const [version] = await versions('ci-run');
    expect(version).toMatchObject({
      tags: { commit: payload['workflow_run'].head_sha },
      source: {
        repository: 'acme/models',
        commit: payload['workflow_run'].head_sha,
        runUrl: payload['workflow_run'].html_url,
      },
      createdBy: `webhook:${from.name}`,
    });
  });

  it('fetches the manifest from where the source says, with its token', async () => {
    const digest = await uploaded();
    manifestText = `model: ci-fetched\nartifact:\n  digest: ${digest}\nrollout: false\n`;
    const url = `${filesUrl}/{{/repository/full_name}}/{{/workflow_run/head_sha}}/understudy.yaml`;
    const token = 'read-only-token-of-the-repository';
    const from = await source('github', { ...ofRuns, manifest: { url, token } });
    expect((await github(from, 'workflow_run', workflowRun())).body).toMatchObject({ model: 'ci-fetched' });
    const without = await source('github', { ...ofRuns, manifest: { url } });
    expect((await github(without, 'workflow_run', workflowRun())).body).toMatchObject({
      status: 422,
      code: 'manifest_missing',
    });
    expect(JSON.stringify((await api.call('GET', '/webhook-sources')).body)).not.toContain(token);
  });

  it('a published release registers the manifest of its text', async () => {
    const digest = await uploaded();
    const from = await source('github', {
      ...ofRuns,
      events: ['release'],
      workflows: undefined,
      branches: ['v*'],
    });
    const release = (change: Json = {}) => ({
      action: 'published',
      repository: REPOSITORY,
      release: {
        id: ++runs,
        tag_name: 'v2',
        draft: false,
        published_at: new Date().toISOString(),
        body: `## Better\n\n\`\`\`yaml understudy\nmodel: ci-released\nartifact: { digest: "${digest}" }\nrollout: false\n\`\`\`\nbye`,
        ...change,
      },
    });
    expect((await github(from, 'release', release())).body).toMatchObject({
      model: 'ci-released',
      version: 1,
    });
    expect((await github(from, 'release', release({ tag_name: 'nightly' }))).body).toMatchObject({
      code: 'branch_not_allowed',
    });
    expect((await github(from, 'release', { ...release(), action: 'edited' })).body).toMatchObject({
      ignored: expect.stringContaining('edited'),
    });
    expect((await github(from, 'release', release({ body: 'no manifest' }))).status).toBe(422);
  });

  it.each<[string, Json]>([
    ['fork_refused', { head_repository: { id: 1 } }],
    ['fork_refused', { head_repository: null }],
    ['proposal_refused', { event: 'pull_request' }],
    ['proposal_refused', { event: 'pull_request_target' }],
    ['proposal_refused', { event: 'workflow_run', pull_requests: [{ number: 1 }] }],
    ['proposal_refused', { event: 'of_next_year', pull_requests: [{ number: 1 }] }],
    ['branch_not_allowed', { head_branch: 'mainly' }],
    ['branch_not_allowed', { path: '.github/workflows/train.yml@refs/tags/main' }],
    ['branch_not_allowed', { event: 'release' }],
    ['workflow_not_allowed', { path: '.github/workflows/other.yml' }],
    ['delivery_stale', { updated_at: new Date(Date.now() - 4 * 86_400_000).toISOString() }],
    ['delivery_stale', { updated_at: 'a while ago' }],
  ])('refuses a run: %s %j', async (code, change) => {
    const from = await source('github', { ...ofRuns, manifest: await madeOf('ci-refused') });
    expect((await github(from, 'workflow_run', workflowRun(change))).body).toMatchObject({
      status: 403,
      code,
    });
    expect(await versions('ci-refused')).toEqual([]);
  });

  it.each(['push', 'schedule', 'workflow_dispatch'])(
    'takes a run of a branch (%s) whose head somebody wants to merge elsewhere',
    async (event) => {
      const model = `ci-merged-on-${event}`;
      const from = await source('github', { ...ofRuns, manifest: await madeOf(model) });
      const pull_requests = [{ number: 5, head: { ref: 'main' }, base: { ref: 'production' } }];
      const answer = await github(from, 'workflow_run', workflowRun({ event, pull_requests }));
      expect(answer).toMatchObject({ status: 200, body: { model, version: 1 } });
    },
  );

  it('ignores runs that failed, and events that the source does not listen to', async () => {
    const from = await source('github', { ...ofRuns, manifest: await madeOf('ci-ignored') });
    const ignored = { status: 200, body: { ignored: expect.any(String) } };
    expect(await github(from, 'workflow_run', workflowRun({ conclusion: 'failure' }))).toMatchObject(ignored);
    expect(await github(from, 'workflow_run', { ...workflowRun(), action: 'requested' })).toMatchObject(
      ignored,
    );
    expect(await github(from, 'push', {})).toMatchObject(ignored);
    expect(await github(from, 'repository_dispatch', { repository: REPOSITORY })).toMatchObject(ignored);
    expect(await versions('ci-ignored')).toEqual([]);
  });

  it.each(FORGERIES)('refuses a delivery when %s', async (_what, change) => {
    const from = await source('github', { ...ofRuns, manifest: await madeOf('ci-forged') });
    const answer = await github(from, 'workflow_run', workflowRun(), change);
    expect(answer.body).toMatchObject({ status: 401, code: 'signature_invalid' });
    expect(await versions('ci-forged')).toEqual([]);
  });
});

describe('GitLab', () => {
  const rules = { repositoryIds: [PROJECT.id], branches: ['main'] };
  const manifest = async (model: string) => ({
    template: { model, rollout: false, artifact: { digest: await uploaded() } },
  });

  it('a pipeline that succeeded registers, a repeat is answered the same', async () => {
    const from = await source('gitlab', { ...rules, manifest: await manifest('ci-lab') });
    const payload = pipeline();
    const first = await gitlab(from, 'Pipeline Hook', payload);
    expect(first).toMatchObject({ status: 200, body: { model: 'ci-lab', version: 1 } });
    expect((await gitlab(from, 'Pipeline Hook', payload)).body).toEqual(first.body);
    expect((await gitlab(from, 'Pipeline Hook', pipeline({ status: 'failed' }))).body).toHaveProperty(
      'ignored',
    );
  });

  it.each<[string, Json, Json?]>([
    ['proposal_refused', { source: 'merge_request_event' }],
    ['proposal_refused', {}, { merge_request: { id: 1 } }],
    ['proposal_refused', { source: 'external_pull_request_event' }],
    ['branch_not_allowed', { ref: 'feature' }],
    ['branch_not_allowed', { tag: true }],
    ['repository_not_allowed', {}, { project: { ...PROJECT, id: 1 } }],
    ['delivery_stale', { finished_at: '2020-01-01 10:00:00 +0100' }],
    ['delivery_stale', { finished_at: '2020-01-01 10:00:00 UTC' }],
    ['delivery_stale', { finished_at: 'Mon Jan 01 2020' }],
  ])('refuses a pipeline: %s %j %j', async (...[code, change, more]) => {
    const from = await source('gitlab', { ...rules, manifest: await manifest('ci-lab-no') });
    const answer = await gitlab(from, 'Pipeline Hook', pipeline(change, more));
    expect(answer.body).toMatchObject({ status: 403, code });
    expect(await versions('ci-lab-no')).toEqual([]);
  });

  it.each(FORGERIES)('refuses a delivery when %s', async (_what, change) => {
    const from = await source('gitlab', { ...rules, manifest: await manifest('ci-lab-forged') });
    expect((await gitlab(from, 'Pipeline Hook', pipeline(), change)).status).toBe(401);
    expect(await versions('ci-lab-forged')).toEqual([]);
  });

  it('the older token counts only where the source says so', async () => {
    const older = await source('gitlab', {
      ...{ ...rules, verification: 'token', secret: 'a token that is typed into GitLab' },
      manifest: await manifest('ci-lab-token'),
    });
    const newer = await source('gitlab', { ...rules, manifest: await manifest('ci-lab-token') });
    const text = JSON.stringify(pipeline());
    const ask = (from: Source, token: string) =>
      send(
        `/webhooks/gitlab/${from.name}`,
        { 'x-gitlab-event': 'Pipeline Hook', 'x-gitlab-token': token },
        text,
      );
    expect((await ask(older, older.secret)).status).toBe(200);
    expect((await ask(older, `${older.secret}.`)).status).toBe(401);
    expect((await ask(newer, newer.secret)).status).toBe(401);
  });

  it('a new release registers the manifest of its description', async () => {
    const digest = await uploaded();
    const from = await source('gitlab', { ...rules, events: ['release'], branches: ['v*'] });
    const payload = {
      ...{ object_kind: 'release', id: ++runs, action: 'create', tag: 'v1', project: PROJECT },
      description: `model: ci-lab-release\nrollout: false\nartifact: { digest: "${digest}" }`,
      commit: { id: 'abc' },
    };
    expect((await gitlab(from, 'Release Hook', payload)).body).toMatchObject({ model: 'ci-lab-release' });
  });
});

describe('anything else', () => {
  const standard = (from: Source, payload: Json, more: Record<string, string> = {}, change?: Change) => {
    const text = JSON.stringify(payload);
    return send(
      `/webhooks/standard/${from.name}`,
      { ...signedByStandard(from, randomUUID(), text), ...more },
      text,
      change,
    );
  };
  const manifest = async (model: string) => ({
    model,
    rollout: false,
    artifact: { digest: await uploaded() },
  });

  it('Standard Webhooks, and CloudEvents in both their forms', async () => {
    const from = await source('standard');
    const data = await manifest('ci-standard');
    expect((await standard(from, { type: 'version.registered', data })).body).toMatchObject({ version: 1 });
    const structured = {
      specversion: '1.0',
      id: '1',
      source: '/ci',
      type: 'io.understudy.version.registered',
      data,
    };
    const type = { 'content-type': 'application/cloudevents+json' };
    expect((await standard(from, structured, type)).body).toMatchObject({ version: 2 });
    const binary = {
      'ce-specversion': '1.0',
      'ce-id': '2',
      'ce-source': '/ci',
      'ce-type': 'version.registered',
    };
    expect((await standard(from, data, binary)).body).toMatchObject({ version: 3 });
    expect((await standard(from, { type: 'something.else', data })).body).toHaveProperty('ignored');
  });

  it.each(FORGERIES)('refuses a delivery when %s', async (_what, change) => {
    const from = await source('standard');
    const data = { ...(await manifest('ci-standard-forged')), tags: { of: 'acme' } };
    expect((await standard(from, { type: 'version.registered', data }, {}, change)).status).toBe(401);
    expect(await versions('ci-standard-forged')).toEqual([]);
  });
});

it('1,000 duplicated, reordered and concurrent deliveries give each version once', async () => {
  const from = await source('github', { ...ofRuns, manifest: await madeOf('ci-flood') });
  const payloads = Array.from({ length: 50 }, () => workflowRun());
  const deliveries = Array.from({ length: 1_000 }, (_, i) => payloads[(i * 37) % payloads.length] ?? {});
  const answers = new Map<string, Set<string>>();
  for (let i = 0; i < deliveries.length; i += 40) {
    await Promise.all(
      deliveries.slice(i, i + 40).map(async (payload) => {
        const answer = await github(from, 'workflow_run', payload);
        expect([answer.status, answer.body]).toEqual([200, expect.objectContaining({ model: 'ci-flood' })]);
        const run = String(payload['workflow_run'].id);
        answers.set(run, (answers.get(run) ?? new Set()).add(String(answer.body['version'])));
      }),
    );
  }
  expect((await versions('ci-flood')).map(({ version }) => version).sort((a, b) => a - b)).toEqual(
    Array.from({ length: 50 }, (_, i) => i + 1),
  );
  expect([...answers.values()].every((versionsOfRun) => versionsOfRun.size === 1)).toBe(true);
});

it('what was refused is on the record, without what it said', async () => {
  const from = await source('github', { ...ofRuns, manifest: await madeOf('ci-audited') });
  await github(from, 'workflow_run', workflowRun({ event: 'pull_request' }));
  await github({ ...from, secret: 'another secret' }, 'workflow_run', workflowRun());
  const refused = await eventually(
    async () =>
      ((await api.call('GET', '/audit?pageSize=200')).body['items'] as Json[])
        .filter(({ type }) => type === 'access.refused')
        .map(({ data }) => `${data.status} ${data.code} ${data.route}`),
    (found) => found.length > 1,
  );
  expect(refused).toEqual(
    expect.arrayContaining([
      '403 proposal_refused /api/v1/webhooks/github/:source',
      '401 signature_invalid /api/v1/webhooks/github/:source',
    ]),
  );
});

it.each<[string, Json, string]>([
  [
    'runs without ids',
    { kind: 'github', events: ['workflow_run'], branches: ['main'], manifest: { template: {} } },
    '/repositoryIds',
  ],
  ['runs without branches', { kind: 'github', events: ['release'], repositoryIds: [1] }, '/branches'],
  [
    'runs without a manifest',
    { kind: 'github', events: ['workflow_run'], branches: ['main'], repositoryIds: [1] },
    '/manifest',
  ],
  [
    'an event that there is not',
    { kind: 'gitlab', events: ['push'], repositoryIds: [1], branches: ['main'] },
    '/events',
  ],
  [
    'a secret that cannot sign',
    { kind: 'gitlab', secret: 'x'.repeat(20), repositoryIds: [1], branches: ['main'] },
    '/secret',
  ],
  ['keyless without owners', { kind: 'github-oidc', repositoryIds: [1], branches: ['main'] }, '/ownerIds'],
])('a source is not made for %s', async (_what, more, pointer) => {
  const answer = await api.call('POST', '/webhook-sources', { name: 'x', models: ['*'], ...more });
  expect(answer.status).toBe(422);
  expect(answer.body['errors']).toContainEqual(expect.objectContaining({ pointer }));
});
