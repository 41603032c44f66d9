import { createHmac, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Json } from '../support/api.ts';
import { eventually, type Installation, startInstallation } from '../support/installation.ts';
import { files, tables } from '../support/written.ts';
import { json, startModelServer, type TestModelServer } from '../support/model-servers/model-server.ts';

/** Everything that must be read by nobody, and what it is. */
const secrets = new Map<string, string>();
const secret = (what: string, value: string): string => {
  secrets.set(what, value);
  return value;
};
const random = (): string => randomBytes(24).toString('base64url');

let site: Installation;
let server: TestModelServer;
beforeAll(async () => {
  site = await startInstallation({
    LOG_LEVEL: 'trace',
    ACCESS_LOG: 'json',
    SECRETS_KEY: secret('the key of secrets', randomBytes(32).toString('base64')),
    OIDC_ISSUER: 'http://127.0.0.1:1',
    OIDC_CLIENT_ID: 'understudy',
    OIDC_CLIENT_SECRET: secret("the client's secret", random()),
    OIDC_ROLES: '*=viewer',
  });
  server = await startModelServer((_request, _body, response) => json(response, { label: 'dog' }));
});
afterAll(async () => {
  await site.close();
  await server.stop();
});

it('secrets and tokens are in no log, no error, no event and no table', async () => {
  const answers: string[] = [];
  const call: typeof site.api.call = async (...args) => {
    const answer = await site.api.call(...args);
    // What makes a secret tells it, this once; what fails never does.
    if (answer.status >= 400) answers.push(JSON.stringify(answer.body));
    return answer;
  };

  // Tokens: made, rotated, used well and badly.
  const made = (
    await call('POST', '/tokens', { name: 'ci', role: 'operator' }, undefined, { 'idempotency-key': 'k1' })
  ).body;
  const token = secret('a token', made['token']);
  const rotated = await call('POST', `/tokens/${made['id']}/rotate`, {}, undefined, {
    'idempotency-key': 'k2',
  });
  secret('a rotated token', rotated.body['token']);
  await call('GET', '/tokens', undefined, token);
  await call('GET', '/models', undefined, secret('a token with a slip', `${token.slice(0, -1)}_`));
  const basic = Buffer.from(`user:${secret('a password', random())}`).toString('base64');
  await call('GET', '/models', undefined, null, { authorization: `Basic ${basic}` });
  await call('GET', '/auth/me', undefined, null, { cookie: `understudy=${secret('a session', random())}` });
  await call('GET', '/auth/login', undefined, null);

  // CI: signed well, signed badly, with a manifest that cannot be fetched.
  const hook = secret('a secret of GitHub', random());
  const place = {
    url: `${server.url}/{{/workflow_run/head_sha}}`,
    token: secret('a token for manifests', random()),
  };
  await call('POST', '/webhook-sources', {
    ...{ name: 'github', kind: 'github', models: ['*'], secret: hook, events: ['workflow_run'] },
    ...{ repositoryIds: [1], branches: ['main'], manifest: place },
  });
  const deliver = (payload: Json, by: string) => {
    const text = JSON.stringify(payload);
    return call('POST', '/webhooks/github/github', text, null, {
      'x-github-event': 'workflow_run',
      'x-hub-signature-256': `sha256=${createHmac('sha256', by).update(text).digest('hex')}`,
    });
  };
  const run = {
    id: 1,
    event: 'push',
    conclusion: 'success',
    head_branch: 'main',
    head_sha: 'abc',
    head_repository: { id: 1 },
  };
  const payload = { action: 'completed', repository: { id: 1, full_name: 'a/b' }, workflow_run: run };
  expect((await deliver(payload, hook)).status).toBe(422);
  await deliver(payload, secret('a wrong secret', random()));
  const gitlab = secret('a token of GitLab', random());
  await call('POST', '/webhook-sources', {
    ...{ name: 'lab', kind: 'gitlab', models: ['*'], secret: gitlab, verification: 'token' },
    ...{ repositoryIds: [1], branches: ['main'], manifest: { template: {} } },
  });
  for (const given of [gitlab, `${gitlab}x`])
    await call('POST', '/webhooks/gitlab/lab', {}, null, {
      'x-gitlab-event': 'Pipeline Hook',
      'x-gitlab-token': given,
    });
  await call(
    'POST',
    '/auth/ci',
    { token: secret("a CI job's token", `${random()}.${random()}.${random()}`) },
    null,
  );

  // Subscribers: one that answers badly, one that nobody reaches, one whose URL is its secret.
  const subscribe = async (more: Json): Promise<void> => {
    const { status, body } = await call('POST', '/subscriptions', {
      name: 's',
      url: `${server.url}/s`,
      events: ['*'],
      ...more,
    });
    expect(status).toBe(201);
    secret(`what ${String(more['format'])} ${String(more['url'])} is signed with`, body['secret']);
    const again = await call('POST', `/subscriptions/${body['id']}/rotate-secret`, {});
    secret(`the next of ${String(more['format'])} ${String(more['url'])}`, again.body['secret']);
  };
  await subscribe({});
  await subscribe({ url: 'http://169.254.169.254/x' });
  await subscribe({ format: 'slack', url: `http://127.0.0.1:1/${secret("Slack's path", random())}` });

  // A release, callers, and a gateway's receipts.
  const version = { servingUrl: server.url, createModel: true, rollout: true };
  await call('POST', '/models/m/versions', version, token);
  await eventually(
    () => site.api.call('GET', '/models/m'),
    ({ body }) => body['primary'] === 1,
  );
  await eventually(
    () =>
      fetch(`${site.gatewayUrl}/models/m/predict`, {
        method: 'POST',
        body: '{}',
        headers: { authorization: `Bearer ${token}` },
      }),
    ({ status }) => status === 200,
  );
  await call('POST', '/models/m/versions', { ...version, servingUrl: 'http://127.0.0.1:1' }, token);
  const deliveries = async () => {
    const subscriptions = (await site.api.call('GET', '/subscriptions')).body['items'] as Json[];
    const lists = await Promise.all(
      subscriptions.map(({ id }) => site.api.call('GET', `/subscriptions/${id}/deliveries`)),
    );
    return lists.flatMap(({ body }) => body['items'] as Json[]);
  };
  await eventually(deliveries, (all) => all.filter(({ lastError }) => lastError !== null).length >= 2);
  answers.push(JSON.stringify(await deliveries()));
  for (const shown of ['/tokens', '/webhook-sources', '/subscriptions', '/audit?pageSize=200'])
    answers.push(JSON.stringify((await site.api.call('GET', shown)).body));

  const written = new Map<string, string>([
    ['answers', answers.join('\n')],
    ...[site.api.process, site.worker, site.gateway].map((one, i): [string, string] => [
      `the output of ${['api', 'worker', 'gateway'][i] ?? ''}`,
      one.output(),
    ]),
    ...(await tables(site.api.databaseUrl)),
    ...(await files(site.home)),
  ]);
  // The search must be able to find something.
  expect([...written.keys()]).toEqual(
    expect.arrayContaining(['public.event', 'public.token', 'public.subscription', 'public.idempotency']),
  );
  expect(written.get('the output of api')).toMatch(/api is up/);
  expect(written.get('public.event')).toContain('access.refused');
  expect(secrets.size).toBeGreaterThan(18);
  const found = [...secrets].flatMap(([what, value]) =>
    [...written].filter(([, text]) => text.includes(value)).map(([where]) => `${what} is in ${where}`),
  );
  expect(found).toEqual([]);
});
