import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import Provider from 'oidc-provider';
import { freePort } from '#libs/processes';
import { startApi, type Json, type TestApi } from '../support/api.ts';

const GROUPS: Record<string, string[]> = {
  anna: ['ml-admins'],
  ben: ['ml-team'],
  carl: ['ml-approvers', 'others'],
  dora: ['others'],
  eve: ['ml-team'],
};

let issuer: Server;
let api: TestApi;
let issuerUrl: string;

beforeAll(async () => {
  const [issuerPort, apiPort] = [await freePort(), await freePort()];
  issuerUrl = `http://127.0.0.1:${issuerPort}`;
  const publicUrl = `http://127.0.0.1:${apiPort}`;
  // It warns of what a provider for people must not be like.
  jest.spyOn(console, 'warn').mockReturnValue();
  jest.spyOn(console, 'info').mockReturnValue();
  const provider = new Provider(issuerUrl, {
    clients: [
      {
        ...{ client_id: 'understudy', client_secret: 'the-secret-of-the-client' },
        redirect_uris: [`${publicUrl}/api/v1/auth/callback`],
      },
    ],
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['groups'] },
    findAccount: (_ctx, sub) => ({
      accountId: sub,
      claims: () => ({
        sub,
        email: `${sub}@acme.example`,
        email_verified: sub !== 'eve',
        groups: GROUPS[sub] ?? [],
      }),
    }),
    cookies: { keys: ['keys of a test'] },
    pkce: { required: () => true },
    features: { devInteractions: { enabled: true } },
  });
  issuer = createServer(provider.callback() as never);
  await new Promise<void>((resolve) => issuer.listen(issuerPort, '127.0.0.1', resolve));
  api = await startApi({
    API_PORT: String(apiPort),
    PUBLIC_URL: publicUrl,
    OIDC_ISSUER: issuerUrl,
    OIDC_CLIENT_ID: 'understudy',
    OIDC_CLIENT_SECRET: 'the-secret-of-the-client',
    OIDC_ROLES: 'ml-admins=admin,ml-team=publisher,ml-approvers=approver',
  });
});
afterAll(async () => {
  await api.close();
  issuer.closeAllConnections();
  await new Promise((resolve) => issuer.close(resolve));
});

/** As much of a browser as logging in needs: cookies by host and port, and no redirect that is not asked for. */
class Browser {
  private readonly jars = new Map<string, Map<string, string>>();

  async open(url: string, init: RequestInit = {}): Promise<Response> {
    const { origin } = new URL(url);
    const jar = this.jars.get(origin) ?? new Map<string, string>();
    this.jars.set(origin, jar);
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(url, { redirect: 'manual', ...init, headers: { cookie, ...init.headers } });
    for (const set of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
      if (value === '' || /max-age=0/i.test(set)) jar.delete(name);
      else jar.set(name, value);
    }
    return response;
  }

  /** Follows until the url is one where we wait. */
  async follow(
    url: string,
    until: RegExp,
    init: RequestInit = {},
  ): Promise<{ url: string; response: Response }> {
    let [at, response] = [url, await this.open(url, init)];
    for (let i = 0; i < 10 && response.headers.get('location') !== null; i++) {
      at = new URL(response.headers.get('location') ?? '', at).href;
      if (until.test(at)) return { url: at, response };
      response = await this.open(at);
    }
    return { url: at, response };
  }

  copy(): Browser {
    const copy = new Browser();
    for (const [origin, jar] of this.jars) copy.jars.set(origin, new Map(jar));
    return copy;
  }

  cookies(origin: string): string[] {
    return [...(this.jars.get(origin)?.keys() ?? [])];
  }

  call(method: string, path: string, headers: Record<string, string> = {}, body?: Json): Promise<Response> {
    return this.open(`${api.url}/api/v1${path}`, {
      method,
      headers: { ...(body ? { 'content-type': 'application/json' } : {}), ...headers },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
  }
}

/** @returns the URL of our callback, which the browser has not opened yet */
async function atIssuer(browser: Browser, who: string, returnTo = '/'): Promise<string> {
  const form = (fields: Record<string, string>): RequestInit => ({
    method: 'POST',
    body: new URLSearchParams(fields),
  });
  const begin = `${api.url}/api/v1/auth/login?returnTo=${encodeURIComponent(returnTo)}`;
  let { url } = await browser.follow(begin, /\/interaction\//);
  await browser.open(url);
  ({ url } = await browser.follow(
    url,
    /\/interaction\/(?!.*submit)|\/callback/,
    form({ prompt: 'login', login: who, password: 'x' }),
  ));
  if (url.includes('/callback')) return url;
  await browser.open(url);
  return (await browser.follow(url, /\/callback/, form({ prompt: 'consent' }))).url;
}
async function loggedIn(who: string): Promise<Browser> {
  const browser = new Browser();
  const response = await browser.open(await atIssuer(browser, who));
  expect([response.status, await response.text()]).toEqual([302, '']);
  return browser;
}
const ours = () => ({ origin: api.url });
const me = async (browser: Browser): Promise<Json> =>
  (await browser.call('GET', '/auth/me')).json() as Promise<Json>;

describe('a person', () => {
  it('logs in at the provider, gets the roles of their groups, and goes on where they wanted to', async () => {
    const browser = new Browser();
    const callback = await atIssuer(browser, 'ben', '/models/digits?tab=1');
    const response = await browser.open(callback);
    expect(response.headers.get('location')).toBe('/models/digits?tab=1');
    const session = response.headers.getSetCookie().find((one) => one.startsWith('understudy='));
    expect(session).toMatch(/HttpOnly/i);
    expect(session).toMatch(/SameSite=Lax/i);
    expect(await me(browser)).toMatchObject({
      ...{ name: 'ben@acme.example', actor: 'user:ben@acme.example', scopes: ['read', 'publish'] },
    });
    expect((await browser.call('POST', '/models', ours(), { name: 'of-ben' })).status).toBe(201);
    expect((await browser.call('GET', '/tokens')).status).toBe(403);
    expect(await me(await loggedIn('carl'))).toMatchObject({ scopes: ['read', 'approve'] });
    expect(await me(await loggedIn('anna'))).toMatchObject({ scopes: ['admin'] });
  });

  it('without a role does not get in', async () => {
    const browser = new Browser();
    const response = await browser.open(await atIssuer(browser, 'dora'));
    expect([response.status, await response.json()]).toEqual([
      403,
      expect.objectContaining({ code: 'no_role' }),
    ]);
    expect((await browser.call('GET', '/auth/me')).status).toBe(401);
  });

  it('whose address nobody has checked is called by the subject', async () => {
    expect(await me(await loggedIn('eve'))).toMatchObject({ name: 'eve' });
  });

  it('logs out, and the session is over for good', async () => {
    const browser = await loggedIn('ben');
    const copy = browser.copy();
    expect((await copy.call('GET', '/auth/me')).status).toBe(200);
    expect((await browser.call('POST', '/auth/logout', ours())).status).toBe(204);
    expect((await copy.call('GET', '/auth/me')).status).toBe(401);
    expect(browser.cookies(api.url)).toEqual([]);
  });

  it('makes tokens that are theirs', async () => {
    const anna = await loggedIn('anna');
    const made = await anna.call('POST', '/tokens', ours(), { name: 'laptop', role: 'operator' });
    const { token, owner } = (await made.json()) as Json;
    expect(owner).toBe('user:anna@acme.example');
    await api.call('POST', '/models', { name: 'of-anna' }, token);
    const { body } = await api.call('GET', '/audit?model=of-anna');
    expect(body['items'][0]).toMatchObject({ actor: 'user:anna@acme.example/token:laptop' });
  });
});

describe('a session', () => {
  it('changes nothing for the pages of others', async () => {
    const browser = await loggedIn('ben');
    const create = async (headers: Record<string, string>) =>
      (await browser.call('POST', '/models', headers, { name: 'forged' })).status;
    expect(await create({ origin: 'https://evil.example' })).toBe(403);
    expect(await create({ origin: 'null' })).toBe(403);
    expect(await create({ ...ours(), 'sec-fetch-site': 'cross-site' })).toBe(403);
    expect(await create({ ...ours(), 'sec-fetch-site': 'same-site' })).toBe(403);
    expect(await create({})).toBe(403);
    expect(await create({ 'sec-fetch-site': 'same-origin' })).toBe(201);
  });

  it('is not begun by a callback that this browser did not ask for', async () => {
    const theirs = await atIssuer(new Browser(), 'anna');
    const stranger = new Browser();
    expect((await stranger.open(theirs)).status).toBe(401);
    // Also not with a login of its own under way: state and verifier are another's.
    await atIssuer(stranger, 'ben');
    const mixed = await stranger.open(theirs);
    expect([mixed.status, await mixed.json()]).toEqual([
      401,
      expect.objectContaining({ code: 'login_failed' }),
    ]);
    expect(stranger.cookies(api.url)).not.toContain('understudy');
  });

  it('is not begun twice by one code', async () => {
    const browser = new Browser();
    const callback = await atIssuer(browser, 'ben');
    const sameBrowser = browser.copy();
    expect((await browser.open(callback)).status).toBe(302);
    expect((await sameBrowser.open(callback)).status).toBe(401);
  });

  it.each([
    ...['//evil.example', 'https://evil.example', '/\\evil.example', 'javascript:alert(1)', '/ok\\..'],
    ...[
      '/\t/evil.example/phish',
      '/\n/evil.example',
      '/\r/evil.example',
      '/.//evil.example',
      '/x/..\\/evil.example',
    ],
  ])('does not lead to %j', async (returnTo) => {
    const browser = new Browser();
    const response = await browser.open(await atIssuer(browser, 'ben', returnTo));
    expect(response.headers.get('location')).toBe('/');
  });

  it('that was made up is none', async () => {
    const answer = await api.call('GET', '/auth/me', undefined, null, {
      cookie: `understudy=${'x'.repeat(43)}`,
    });
    expect(answer.body).toMatchObject({ status: 401, code: 'session_ended' });
  });

  it('is on the record: who came, and who went', async () => {
    const { body } = await api.call('GET', '/audit?pageSize=200');
    const types = (body['items'] as Json[]).map(({ type, actor }) => `${type} ${actor}`);
    expect(types).toEqual(
      expect.arrayContaining([
        'user.logged_in user:ben@acme.example',
        'user.logged_out user:ben@acme.example',
      ]),
    );
  });
});

it('where no provider is configured, it says so', async () => {
  const plain = await startApi();
  try {
    expect((await plain.call('GET', '/auth/methods', undefined, null)).body).toEqual({
      ...{ oidc: false, session: false },
    });
    expect((await plain.call('GET', '/auth/login', undefined, null)).body).toMatchObject({
      ...{ status: 404, code: 'login_not_configured' },
    });
  } finally {
    await plain.close();
  }
});
