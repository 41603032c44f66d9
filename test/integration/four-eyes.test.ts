import { createHash, createHmac, generateKeyPairSync, randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { exportJWK, SignJWT } from 'jose';
import { freePort } from '#libs/processes';
import { eventually, startInstallation, type Installation } from '../support/installation.ts';
import type { Json } from '../support/api.ts';

/*
 * With four eyes nobody who had a hand in a version approves it: whichever way they did it, whichever token,
 * login or spelling of their name they approve with.
 */
let its: Installation;
let issuer: Server;
let issuerUrl: string;
/** Who logs in next at the issuer. */
let claims: Json = {};
const model = 'eyes';
const url = () => its.api.url;

beforeAll(async () => {
  issuer = await openIdProvider();
  issuerUrl = `http://127.0.0.1:${(issuer.address() as AddressInfo).port}`;
  its = await startInstallation({
    OUTBOUND_ALLOW: '127.0.0.0/8',
    OIDC_ISSUER: issuerUrl,
    OIDC_CLIENT_ID: 'understudy',
    OIDC_ROLES: 'ml=operator,ml-admins=admin',
  });
  await call('POST', '/models', { name: model });
  await call('PUT', `/models/${model}/policy`, {
    ...{ name: 'eyes', fourEyes: true, gates: [], promoteWhen: 'notFailed', first: 'approval' },
    steps: [{ approval: { approvers: 2 } }],
  });
}, 120_000);
afterAll(async () => {
  await its.close();
  issuer.closeAllConnections();
  await new Promise((resolve) => issuer.close(resolve));
});

/** An OpenID provider that says of whoever comes what `claims` says. */
async function openIdProvider(): Promise<Server> {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const key = { ...(await exportJWK(publicKey)), kid: 'k', alg: 'RS256', use: 'sig' };
  const asked = new Map<string, URLSearchParams>();
  const answers: Record<string, (query: URLSearchParams, body: URLSearchParams) => Promise<Json>> = {
    '/.well-known/openid-configuration': async () => ({
      issuer: issuerUrl,
      authorization_endpoint: `${issuerUrl}/auth`,
      token_endpoint: `${issuerUrl}/token`,
      jwks_uri: `${issuerUrl}/jwks`,
      response_types_supported: ['code'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['RS256'],
      code_challenge_methods_supported: ['S256'],
    }),
    '/jwks': async () => ({ keys: [key] }),
    '/token': async (_query, body) => ({
      ...{ access_token: 'x', token_type: 'Bearer', expires_in: 60 },
      id_token: await new SignJWT({
        nonce: asked.get(body.get('code') ?? '')?.get('nonce'),
        groups: ['ml'],
        ...claims,
      })
        .setProtectedHeader({ alg: 'RS256', kid: 'k' })
        .setIssuer(issuerUrl)
        .setAudience('understudy')
        .setIssuedAt()
        .setExpirationTime('5m')
        .sign(privateKey),
    }),
  };
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      if (pathname === '/auth') {
        const code = randomUUID();
        asked.set(code, searchParams);
        const back = `${searchParams.get('redirect_uri')}?code=${code}&state=${searchParams.get('state')}`;
        return void response.writeHead(302, { location: back }).end();
      }
      const body = new URLSearchParams(Buffer.concat(parts).toString());
      const answer = answers[pathname];
      // A model server, too.
      if (!answer) return void response.writeHead(200).end('{}');
      void answer(searchParams, body).then((said) =>
        response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(said)),
      );
    });
  });
  const port = await freePort();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return server;
}

type Caller = (method: string, path: string, body?: Json) => Promise<Json>;
const as =
  (headers: Record<string, string>): Caller =>
  async (method, path, body) => {
    const answer = await fetch(`${url()}/api/v1${path}`, {
      method,
      headers: { ...(body ? { 'content-type': 'application/json' } : {}), origin: url(), ...headers },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const text = await answer.text();
    return { ...(text === '' ? {} : (JSON.parse(text) as Json)), status: answer.status };
  };
const call: Caller = async (method, path, body) => {
  const answer = await its.api.call(method, path, body);
  return { ...answer.body, status: answer.status };
};

async function person(said: Json): Promise<Caller> {
  claims = said;
  const begun = await fetch(`${url()}/api/v1/auth/login`, { redirect: 'manual' });
  const cookies = (answer: Response): string =>
    answer.headers
      .getSetCookie()
      .map((one) => one.split(';')[0] ?? '')
      .filter((one) => !one.endsWith('='))
      .join('; ');
  const at = await fetch(begun.headers.get('location') ?? '', { redirect: 'manual' });
  const back = new URL(at.headers.get('location') ?? '');
  const done = await fetch(`${url()}${back.pathname}${back.search}`, {
    redirect: 'manual',
    headers: { cookie: cookies(begun) },
  });
  expect(done.status).toBe(302);
  return as({ cookie: cookies(done) });
}

async function secretOf(role: string, owner: string | null, by: Caller = call): Promise<string> {
  const made = await by('POST', '/tokens', { name: `${role}-${randomUUID()}`, role, owner });
  expect(made['status']).toBe(201);
  return String(made['token']);
}
const token = async (role: string, owner: string | null, by: Caller = call): Promise<Caller> =>
  as({ authorization: `Bearer ${await secretOf(role, owner, by)}` });

const released = async (by: Caller, more: Json = {}): Promise<Json> => {
  const made = await by('POST', `/models/${model}/versions`, {
    servingUrl: issuerUrl,
    rollout: true,
    ...more,
  });
  expect([made['status'], made['detail']]).toEqual([201, undefined]);
  return made;
};
async function waiting(rolloutId: string): Promise<string> {
  await eventually(
    () => call('GET', `/rollouts/${rolloutId}`),
    ({ state }) => state === 'awaiting_approval',
  );
  return rolloutId;
}
const approve = (by: Caller, id: string) => by('POST', `/rollouts/${id}/approve`, { reason: 'looks fine' });
const refused = { status: 403, code: 'four_eyes' };
const done = (id: string) => call('POST', `/rollouts/${id}/abort`, { reason: 'enough' });

describe('whoever registered a version', () => {
  it.each([
    'anna',
    'Anna',
    'anna ',
    ' ANNA',
    'ａｎｎａ',
    'an\u200bna',
    'user:anna',
    'anna/token:x',
    'anna@acme.example',
  ])('does not approve it as "%s"', async (owner) => {
    const made = await released(await token('publisher', 'anna'));
    const id = await waiting(made['rollout'].id);
    expect(await approve(await token('approver', owner), id)).toMatchObject(refused);
    expect(await approve(await token('approver', 'ben'), id)).toMatchObject({ status: 200 });
    await done(id);
  });

  it('does not approve it by a token without an owner, nor does anybody else', async () => {
    for (const maker of ['anna', null]) {
      const id = await waiting((await released(await token('publisher', maker)))['rollout'].id);
      const answer = await approve(await token('approver', null), id);
      expect(answer).toMatchObject(refused);
      expect(answer['detail']).toMatch(/without an owner/);
      await done(id);
    }
  });

  it('does not approve it by logging in, whichever of their names says who they are', async () => {
    for (const [owner, said] of [
      ['anna@acme.example', { sub: 'sub-1', email: 'Anna@acme.example', email_verified: true }],
      ['sub-2', { sub: 'sub-2', email: 'else@acme.example', email_verified: true }],
      [
        'annab',
        { sub: 'sub-3', preferred_username: 'AnnaB', email: 'a.b@acme.example', email_verified: true },
      ],
      ['anna@unsaid.example', { sub: 'sub-4', email: 'anna@unsaid.example' }],
    ] as const) {
      const id = await waiting((await released(await token('publisher', owner)))['rollout'].id);
      expect([owner, await approve(await person(said), id)]).toEqual([
        owner,
        expect.objectContaining(refused),
      ]);
      await done(id);
    }
    // Logged in to release it, they do not approve it by a token in another of their names.
    const dora = await person({
      sub: 'sub-5',
      preferred_username: 'dora',
      email: 'd@acme.example',
      email_verified: true,
    });
    const id = await waiting((await released(dora))['rollout'].id);
    expect(await approve(await token('approver', 'dora'), id)).toMatchObject(refused);
    expect(await approve(await token('approver', 'sub-5'), id)).toMatchObject(refused);
    // An address that the issuer doubts may be anybody's.
    const other = await person({ sub: 'sub-6', email: 'd@acme.example', email_verified: false });
    expect(await approve(other, id)).toMatchObject({ status: 200 });
    await done(id);
  });
});

describe('a hand in a version', () => {
  const hands: [string, (by: Caller, version: number) => Promise<Json>][] = [
    ['changed it', (by, n) => by('PATCH', `/models/${model}/versions/${n}`, { description: 'better' })],
    [
      'added metrics',
      (by, n) => by('POST', `/models/${model}/versions/${n}/metrics`, { metrics: { auc: 1 } }),
    ],
    ['started its rollout', (by, n) => by('POST', `/models/${model}/rollouts`, { version: n })],
  ];
  it.each(hands)('has whoever %s', async (_what, deed) => {
    const made = await released(await token('publisher', 'ben'), { rollout: false });
    const carl = await token('operator', 'carl');
    expect((await deed(carl, made['version']))['status']).toBeLessThan(300);
    const started = await call('POST', `/models/${model}/rollouts`, { version: made['version'] });
    const id = await waiting(started['id']);
    expect(await approve(carl, id)).toMatchObject(refused);
    expect(await approve(await token('approver', 'Carl'), id)).toMatchObject(refused);
    await done(id);
  });

  it('has whoever tried it again', async () => {
    const id = await waiting((await released(await token('publisher', 'ben')))['rollout'].id);
    await done(id);
    const again = await (
      await token('operator', 'carl')
    )('POST', `/rollouts/${id}/retry`, { reason: 'once more' });
    await waiting(again['id']);
    expect(await approve(await token('approver', 'carl'), again['id'])).toMatchObject(refused);
    await done(again['id']);
  });

  it('has whoever made the token that did, and the token that approves speaks for its maker, too', async () => {
    const admin = await person({ sub: 'sub-9', preferred_username: 'root', groups: ['ml-admins'] });
    const theirs = await released(await token('publisher', 'ci-of-search', admin));
    const id = await waiting(theirs['rollout'].id);
    expect(await approve(await token('approver', 'root'), id)).toMatchObject(refused);
    await done(id);
    const own = await waiting((await released(admin))['rollout'].id);
    expect(await approve(await token('approver', 'ben', admin), own)).toMatchObject(refused);
    await done(own);
  });

  it.each(['sender', 'actor', 'triggering_actor', 'committer', 'author'])(
    'has the %s of the CI run',
    async (who) => {
      const name = `ci-${randomUUID()}`;
      const template = { model, servingUrl: issuerUrl, rollout: true };
      const source = await call('POST', '/webhook-sources', {
        ...{ name, kind: 'github', models: [model] },
        ...{ events: ['workflow_run'], repositoryIds: ['1'], branches: ['main'], manifest: { template } },
      });
      const person = { login: 'fred', name: 'Fred', email: '7+fred@users.noreply.github.com' };
      const isCommit = who === 'committer' || who === 'author';
      const run = {
        ...{
          id: 1,
          run_attempt: 1,
          event: 'push',
          conclusion: 'success',
          head_branch: 'main',
          head_sha: 'abc',
        },
        head_repository: { id: 1 },
        ...(isCommit ? { head_commit: { [who]: person } } : who === 'sender' ? {} : { [who]: person }),
      };
      const body = JSON.stringify({
        ...{ action: 'completed', repository: { id: 1, full_name: 'a/b' }, workflow_run: run },
        ...(who === 'sender' ? { sender: person } : {}),
      });
      const signature = `sha256=${createHmac('sha256', source['secret']).update(body).digest('hex')}`;
      const delivered = await its.api.call('POST', `/webhooks/github/${name}`, body, null, {
        ...{ 'x-github-event': 'workflow_run', 'x-hub-signature-256': signature },
      });
      expect(delivered.body).toMatchObject({ model });
      const id = await waiting(delivered.body['rolloutId']);
      expect(await approve(await token('approver', 'fred'), id)).toMatchObject(refused);
      expect(await approve(await token('approver', 'ben'), id)).toMatchObject({ status: 200 });
      await done(id);
    },
  );

  it('has whoever uploaded its artifact, whoever registered it', async () => {
    const bytes = randomUUID();
    for (const who of ['hana', 'ivo']) {
      const uploader = its.api.call('POST', '/artifacts', bytes, await secretOf('publisher', who), {
        'content-type': 'application/octet-stream',
      });
      expect((await uploader).status).toBeLessThan(300);
    }
    const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
    const made = await released(await token('publisher', 'bot'), { artifact: { digest } });
    const id = await waiting(made['rollout'].id);
    for (const who of ['Hana', 'ivo@acme.example'])
      expect(await approve(await token('approver', who), id)).toMatchObject(refused);
    expect(await approve(await token('approver', 'ben'), id)).toMatchObject({ status: 200 });
    await done(id);
  });

  it('has whoever added the webhook source that delivered it, for they know its secret', async () => {
    const admin = await person({ sub: 'sub-11', preferred_username: 'jo', groups: ['ml-admins'] });
    const name = `generic-${randomUUID()}`;
    const source = await admin('POST', '/webhook-sources', { name, kind: 'standard', models: [model] });
    expect(source['status']).toBe(201);
    const data = { model, servingUrl: issuerUrl };
    const body = JSON.stringify({ type: 'version.registered', data });
    const [at, delivery] = [String(Math.floor(Date.now() / 1_000)), randomUUID()];
    const key = Buffer.from(String(source['secret']).replace(/^whsec_/, ''), 'base64');
    const signature = createHmac('sha256', key).update(`${delivery}.${at}.${body}`).digest('base64');
    const delivered = await its.api.call('POST', `/webhooks/standard/${name}`, body, null, {
      ...{ 'webhook-id': delivery, 'webhook-timestamp': at, 'webhook-signature': `v1,${signature}` },
    });
    expect(delivered.body).toMatchObject({ model });
    const id = await waiting(delivered.body['rolloutId']);
    expect(await approve(admin, id)).toMatchObject(refused);
    expect(await approve(await token('approver', 'ben'), id)).toMatchObject({ status: 200 });
    await done(id);
  });

  it('has whom its source names', async () => {
    const made = await released(await token('publisher', 'bot'), {
      source: { commit: 'a', author: 'Grace <g@x>', committer: 'gus' },
    });
    const id = await waiting(made['rollout'].id);
    expect(await approve(await token('approver', 'gus'), id)).toMatchObject(refused);
    await done(id);
  });
});

it.each<[string, Json, string]>([
  ['changed it', { tags: { risk: 'low' } }, ''],
  ['added a metric', { metrics: { auc: 1 } }, '/metrics'],
])('whoever approved a version and then %s has not approved it', async (_what, body, at) => {
  const made = await released(await token('publisher', 'anna'));
  const [id, n] = [await waiting(made['rollout'].id), Number(made['version'])];
  const [ben, cleo, dirk] = [
    await token('admin', 'ben'),
    await token('approver', 'cleo'),
    await token('approver', 'dirk'),
  ];
  expect(await approve(ben, id)).toMatchObject({ status: 200 });
  const edited = await ben(at === '' ? 'PATCH' : 'POST', `/models/${model}/versions/${n}${at}`, body);
  expect([edited['status'] < 300, edited['detail']]).toEqual([true, undefined]);
  expect(await approve(cleo, id)).toMatchObject({ status: 200 });
  const events = await eventually(
    () => call('GET', `/rollouts/${id}/events`),
    ({ items }) => items.some((one: Json) => one['type'] === 'rollout.approval_voided'),
  );
  const voided = events['items'].find((one: Json) => one['type'] === 'rollout.approval_voided');
  expect(voided).toMatchObject({ data: { because: expect.stringMatching(/a hand in version \d+ since/) } });
  expect(voided['data']['by'].join()).toMatch(/ben/);
  expect((await call('GET', `/rollouts/${id}`))['state']).toBe('awaiting_approval');
  expect(await approve(ben, id)).toMatchObject(refused);
  expect(await approve(dirk, id)).toMatchObject({ status: 200 });
  await eventually(
    () => call('GET', `/rollouts/${id}`),
    ({ state }) => state !== 'awaiting_approval',
  );
});

it('two approvals of one person are one', async () => {
  const id = await waiting((await released(await token('publisher', 'ben')))['rollout'].id);
  for (const owner of ['anna', 'Anna ', 'anna@acme.example'])
    expect(await approve(await token('approver', owner), id)).toMatchObject({ status: 200 });
  const after = await call('GET', `/rollouts/${id}`);
  expect(after).toMatchObject({ state: 'awaiting_approval', approvals: [expect.anything()] });
  await approve(await token('approver', 'carl'), id);
  await eventually(
    () => call('GET', `/rollouts/${id}`),
    ({ state }) => state === 'succeeded',
  );
});

it('an owner that is no name is refused', async () => {
  const answer = await call('POST', '/tokens', { name: 'x', role: 'viewer', owner: '\u200b' });
  expect(answer).toMatchObject({ status: 422, code: 'owner_invalid' });
});
