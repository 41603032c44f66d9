import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT, UnsecuredJWT } from 'jose';
import { startApi, type Json, type TestApi } from '../support/api.ts';

let api: TestApi;
let issuer: Server;
let url: string;
let keysServed = 0;
let keys: Awaited<ReturnType<typeof generateKeyPair>>;
let published: Json[] = [];

beforeAll(async () => {
  keys = await generateKeyPair('RS256');
  published = [{ ...(await exportJWK(keys.publicKey)), kid: 'one', alg: 'RS256', use: 'sig' }];
  issuer = createServer((_request, response) => {
    keysServed++;
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ keys: published }));
  });
  await new Promise<void>((resolve) => issuer.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(issuer.address() as AddressInfo).port}`;
  api = await startApi();
  const made = await api.call('POST', '/webhook-sources', {
    ...{ name: 'actions', kind: 'github-oidc', models: ['ci-*'], issuer: url },
    ...{ repositoryIds: [4711], ownerIds: [99], branches: ['main'], environments: ['production'] },
    jobWorkflowRefs: ['acme/models/.github/workflows/release.yml@*'],
  });
  expect([made.status, made.body]).toEqual([201, expect.anything()]);
});
afterAll(async () => {
  await api.close();
  await new Promise((resolve) => issuer.close(resolve));
});

/** As https://docs.github.com/actions/reference/security/oidc lists them; `sub` in its form since July 2026. */
const CLAIMS: JWTPayload = {
  sub: 'repo:acme@99/models@4711:ref:refs/heads/main',
  repository: 'acme/models',
  repository_id: '4711',
  repository_owner: 'acme',
  repository_owner_id: '99',
  ref: 'refs/heads/main',
  event_name: 'push',
  job_workflow_ref: 'acme/models/.github/workflows/release.yml@refs/heads/main',
  run_id: '1234',
  run_attempt: '1',
  sha: 'a'.repeat(40),
  actor: 'anna',
};
const now = () => Math.floor(Date.now() / 1_000);

interface Making {
  readonly claims?: JWTPayload;
  readonly key?: Parameters<SignJWT['sign']>[0];
  readonly alg?: string;
  readonly audience?: string;
  readonly by?: string;
  readonly at?: number;
  readonly ends?: number;
  readonly jti?: string | null;
}
async function token({ claims = {}, key, alg = 'RS256', audience, by, at = now(), ends, jti }: Making = {}) {
  const jwt = new SignJWT({ ...CLAIMS, ...claims })
    .setProtectedHeader({ alg, kid: 'one' })
    .setIssuer(by ?? url)
    .setAudience(audience ?? 'understudy')
    .setIssuedAt(at)
    .setExpirationTime(ends ?? at + 300);
  if (jti !== null) jwt.setJti(jti ?? randomUUID());
  return jwt.sign(key ?? keys.privateKey);
}
const login = (text: string) => api.call('POST', '/auth/ci', { token: text }, null);

describe("a CI job's token", () => {
  it('is exchanged for one of ours that registers versions of the models of its source', async () => {
    const { status, body } = await login(await token());
    expect([status, body]).toEqual([
      200,
      expect.objectContaining({ scopes: ['read', 'publish'], models: ['ci-*'] }),
    ]);
    expect((await api.call('POST', '/models', { name: 'ci-model' }, body['token'])).status).toBe(201);
    expect((await api.call('POST', '/models', { name: 'other' }, body['token'])).body).toMatchObject({
      code: 'model_not_allowed',
    });
    expect((await api.call('GET', '/tokens', undefined, body['token'])).status).toBe(403);
    const { body: audit } = await api.call('GET', '/audit');
    expect(audit['items'].find(({ type }: Json) => type === 'ci.logged_in')).toMatchObject({
      actor: 'ci:actions',
      data: { repository: 'acme/models', repository_id: '4711', run_id: '1234' },
    });
  });

  it('is taken once, also when it is sent many times at once', async () => {
    const text = await token();
    const answers = await Promise.all(Array.from({ length: 20 }, () => login(text)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    for (const { status, body } of answers.filter((answer) => answer.status !== 200))
      expect([status, body['code']]).toEqual([401, 'ci_token_used']);
  });

  it('is good on the branch or in the environment, whatever its subject says', async () => {
    expect(
      (await login(await token({ claims: { sub: 'repo:acme/models:ref:refs/heads/main' } }))).status,
    ).toBe(200);
    const claims = { ref: 'refs/heads/feature', environment: 'production' };
    expect((await login(await token({ claims }))).status).toBe(200);
  });

  it.each<[string, JWTPayload]>([
    ['another repository of the same name', { repository_id: '4712' }],
    ['another owner', { repository_owner_id: '100' }],
    ['another branch', { ref: 'refs/heads/main-2' }],
    ['a tag of the same name', { ref: 'refs/tags/main', ref_type: 'tag' }],
    ['a branch named after the tag', { ref: 'refs/heads/tags/main', ref_type: 'branch' }],
    ['a bare name', { ref: 'main', ref_type: 'branch' }],
    ['a ref that contradicts itself', { ref: 'refs/heads/main', ref_type: 'tag' }],
    ['another environment', { ref: 'refs/heads/x', environment: 'staging' }],
    ['another workflow', { job_workflow_ref: 'evil/models/.github/workflows/release.yml@refs/heads/main' }],
    ['a pull request', { event_name: 'pull_request' }],
    ['claims that are missing', { repository_id: undefined }],
    ['claims of another type', { repository_id: ['4711'] }],
  ])('is refused for %s', async (_what, claims) => {
    expect((await login(await token({ claims }))).body).toMatchObject({
      status: 403,
      code: 'ci_job_not_allowed',
    });
  });

  it('is refused when it is not sound', async () => {
    const unsound = { status: 401, code: 'ci_token_invalid' };
    const refuse = async (text: string) => expect((await login(text)).body).toMatchObject(unsound);
    const [another, elliptic] = [await generateKeyPair('RS256'), await generateKeyPair('ES256')];
    await refuse(await token({ key: another.privateKey }));
    await refuse(await token({ key: elliptic.privateKey, alg: 'ES256' }));
    // The public key as the secret of an HMAC: the oldest trick.
    const secret = new TextEncoder().encode(JSON.stringify(published[0]));
    await refuse(await token({ key: secret, alg: 'HS256' }));
    await refuse(
      new UnsecuredJWT({ ...CLAIMS })
        .setIssuer(url)
        .setAudience('understudy')
        .setExpirationTime('5m')
        .encode(),
    );
    await refuse(await token({ audience: 'https://github.com/acme' }));
    await refuse(await token({ by: 'https://token.actions.example' }));
    await refuse(await token({ at: now() - 400, ends: now() - 60 }));
    await refuse(await token({ at: now() - 3_600, ends: now() + 3_600 }));
    await refuse(await token({ at: now() + 300 }));
    await refuse(await token({ jti: null }));
    const [head, payload, signature = ''] = (await token()).split('.');
    const changed = signature.slice(0, 10) + (signature[10] === 'A' ? 'B' : 'A') + signature.slice(11);
    await refuse([head, payload, changed].join('.'));
    await refuse('not.a.token');
    await refuse('x');
  });

  it('costs its issuer no question each time', async () => {
    const before = keysServed;
    for (let i = 0; i < 20; i++) await login(await token());
    expect(keysServed - before).toBeLessThan(3);
  });
});
