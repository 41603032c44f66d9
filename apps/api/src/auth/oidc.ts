import type * as OpenIdClient from 'openid-client';
import { DomainError } from '#libs/kernel';
import { canonical, type Role, ROLES } from '#libs/engine';
import { claimOf, groupsIn, isLeftOut } from './claimed-groups.ts';
import { groupKey } from './role-settings.ts';

export interface OidcSettings {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string | null;
  readonly scopes: string;
  /** The claim that says which groups somebody is in (`claimOf`). */
  readonly roleClaim: string;
  /** The role of each group, by `groupKey`; `*`: of everybody who can log in. */
  readonly roles: ReadonlyMap<string, Role>;
}

/** What must be remembered between leaving for the issuer and coming back. */
export interface PendingLogin {
  readonly state: string;
  readonly nonce: string;
  readonly codeVerifier: string;
  readonly returnTo: string;
}

export interface Person {
  readonly subject: string;
  readonly name: string;
  /** Everything that names them: the subject, the address unless the issuer doubts it, the name they log in with. */
  readonly handles: readonly string[];
  readonly roles: readonly Role[];
}

/** A person's roles by their groups. */
export function rolesOf(claim: unknown, roles: OidcSettings['roles']): readonly Role[] {
  const found = [...groupsIn(claim), '*'].map((group) => roles.get(groupKey(group)));
  return ROLES.filter((role) => found.includes(role));
}

/** What names a person: `preferred_username` and `email` may be the owner of a token, or a committer of a CI run. */
function handlesOf(claims: Readonly<Record<string, unknown>>): readonly string[] {
  const { sub, email, preferred_username: username } = claims;
  const told = [sub, claims['email_verified'] === false ? undefined : email, username];
  return told.flatMap((one) => (typeof one === 'string' && canonical(one) !== '' ? [canonical(one)] : []));
}

/** Log-in with any OpenID provider: the authorization code flow with PKCE (RFC 9700, OpenID Connect Core 1.0). */
export class OidcLogin {
  private discovered: Promise<{ client: typeof OpenIdClient; config: OpenIdClient.Configuration }> | null =
    null;

  constructor(
    private readonly settings: OidcSettings,
    private readonly callbackUrl: string,
  ) {}

  async begin(returnTo: string): Promise<{ url: string; pending: PendingLogin }> {
    const { client, config } = await this.provider();
    const codeVerifier = client.randomPKCECodeVerifier();
    const [state, nonce] = [client.randomState(), client.randomNonce()];
    const url = client.buildAuthorizationUrl(config, {
      redirect_uri: this.callbackUrl,
      scope: this.settings.scopes,
      code_challenge: await client.calculatePKCECodeChallenge(codeVerifier),
      code_challenge_method: 'S256',
      state,
      nonce,
    });
    return { url: url.href, pending: { state, nonce, codeVerifier, returnTo } };
  }

  /**
   * @param query of the URL that the issuer has sent the person back to
   * @throws DomainError `login_failed` when anything about it is not as it was asked for; `no_role`
   */
  async finish(query: string, pending: PendingLogin): Promise<Person> {
    const { client, config } = await this.provider();
    const claims = await (async () => {
      // The path that it has come by may be stripped of what is before ours.
      const came = new URL(this.callbackUrl);
      came.search = new URL(query, this.callbackUrl).search;
      const tokens = await client.authorizationCodeGrant(config, came, {
        pkceCodeVerifier: pending.codeVerifier,
        expectedState: pending.state,
        expectedNonce: pending.nonce,
        idTokenExpected: true,
      });
      const told = tokens.claims();
      if (!told) throw new Error('there is no ID token');
      if (!config.serverMetadata().userinfo_endpoint) return told;
      return {
        ...told,
        ...(await client.fetchUserInfo(config, tokens.access_token, told.sub)),
        sub: told.sub,
      };
    })().catch((error: unknown) => {
      throw new DomainError(
        'unauthenticated',
        'login_failed',
        `The login did not succeed (${(error as Error).message}). Begin again.`,
      );
    });
    const roles = rolesOf(claimOf(claims, this.settings.roleClaim), this.settings.roles);
    // An address that nobody has checked could be somebody else's.
    const name =
      typeof claims['email'] === 'string' && claims['email_verified'] === true ? claims['email'] : claims.sub;
    if (roles.length === 0 && isLeftOut(claims, this.settings.roleClaim))
      throw new DomainError(
        'forbidden',
        'groups_left_out',
        `${name} is in too many groups: the OpenID provider has left them out. Have it send only those that are assigned to this application, or app roles (OIDC_ROLE_CLAIM=roles).`,
      );
    if (roles.length === 0)
      throw new DomainError(
        'forbidden',
        'no_role',
        `${name} has no role here. An admin gives one to a group with OIDC_ROLES (claim "${this.settings.roleClaim}").`,
      );
    return { subject: claims.sub, name, handles: handlesOf(claims), roles };
  }

  /** Asks the issuer about itself once; a failure is not kept. */
  private provider(): NonNullable<OidcLogin['discovered']> {
    this.discovered ??= this.discover().catch((error: unknown) => {
      this.discovered = null;
      throw new DomainError(
        'unavailable',
        'issuer_unreachable',
        `The OpenID provider ${this.settings.issuer} does not answer (${(error as Error).message}).`,
      );
    });
    return this.discovered;
  }

  private async discover() {
    const client = await import('openid-client');
    const { issuer, clientId, clientSecret } = this.settings;
    const config = await client.discovery(
      new URL(issuer),
      clientId,
      undefined,
      clientSecret === null ? client.None() : client.ClientSecretBasic(clientSecret),
      // On this machine only; config refuses others.
      { execute: issuer.startsWith('http:') ? [client.allowInsecureRequests] : [], timeout: 10 },
    );
    return { client, config };
  }
}
