import { describe, expect, it } from '@jest/globals';
import { startApi } from '../support/api.ts';
import { startInstantIssuer } from '../support/instant-issuer.ts';

/** Logs in as whoever the claims say, and says what they may do, or why they may not come in. */
async function scopesOf(claims: Record<string, unknown>, settings: Record<string, string>): Promise<string> {
  const issuer = await startInstantIssuer({ sub: 'anna', ...claims });
  const api = await startApi({ OIDC_ISSUER: issuer.url, OIDC_CLIENT_ID: 'understudy', ...settings });
  try {
    const cookies = new Map<string, string>();
    let at = `${api.url}/api/v1/auth/login`;
    for (;;) {
      const cookie = [...cookies].map((pair) => pair.join('=')).join('; ');
      const isLast = new URL(at).pathname === '/';
      const response = await fetch(isLast ? `${api.url}/api/v1/auth/me` : at, {
        redirect: 'manual',
        headers: { cookie },
      });
      for (const set of response.headers.getSetCookie()) {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
        cookies.set(name, value);
      }
      const location = response.headers.get('location');
      if (location === null) {
        const body = (await response.json()) as { code?: string; scopes?: string[] };
        return body.code ?? String(body.scopes?.includes('operate'));
      }
      // Where the api listens, whatever port its own URL names.
      const next = new URL(location, at);
      at =
        next.pathname.startsWith('/api/') || next.pathname === '/'
          ? api.url + next.pathname + next.search
          : next.href;
    }
  } finally {
    await api.close();
    issuer.close();
  }
}

describe('what providers say of groups', () => {
  it.each<[string, Record<string, unknown>, Record<string, string>, string]>([
    [
      'nested, as Keycloak',
      { resource_access: { 'my.app': { roles: ['ops'] } } },
      { OIDC_ROLE_CLAIM: 'resource_access.my.app.roles', OIDC_ROLES: 'ops=operator' },
      'true',
    ],
    [
      'by a URL, as Auth0',
      { 'https://acme.example/roles': ['ops'] },
      { OIDC_ROLE_CLAIM: 'https://acme.example/roles', OIDC_ROLES: 'ops=operator' },
      'true',
    ],
    [
      'LDAP names',
      { groups: ['CN=Ops,OU=Groups,DC=acme'] },
      { OIDC_ROLES: 'cn=ops,ou=groups,dc=acme=operator,*=viewer' },
      'true',
    ],
    ['one text', { groups: 'ops' }, { OIDC_ROLES: 'ops=operator' }, 'true'],
    [
      '300 of them',
      { groups: [...Array.from({ length: 300 }, (_one, i) => `g${i}`), 'ops'] },
      { OIDC_ROLES: 'ops=operator' },
      'true',
    ],
    [
      'too many for a token',
      { _claim_names: { groups: 'src1' }, _claim_sources: { src1: { endpoint: 'https://graph.example' } } },
      { OIDC_ROLES: 'ops=operator' },
      'groups_left_out',
    ],
    ['none', {}, { OIDC_ROLES: 'ops=operator' }, 'no_role'],
  ])('%s', async (_what, claims, settings, may) => {
    expect(await scopesOf(claims, settings)).toBe(may);
  });

  it('a setting that could be read in two ways is refused at start', async () => {
    const started = startApi({
      OIDC_ISSUER: 'https://x.example',
      OIDC_CLIENT_ID: 'c',
      OIDC_ROLES: 'cn=a,ou=admin,dc=x=viewer',
    });
    await expect(started).rejects.toThrow(
      'OIDC_ROLES: "ou=admin" may be a part of an LDAP name: write the setting as JSON',
    );
  });
});
