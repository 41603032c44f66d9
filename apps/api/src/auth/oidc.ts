import type * as OpenIdClient from 'openid-client';
import { DomainError } from '#libs/kernel';
import { canonical, type Role, ROLES } from '#libs/engine';

export interface OidcSettings {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string | null;
  readonly scopes: string;
  /** The claim that says which groups somebody is in. */
  readonly roleClaim: string;
  /** The role of each group; `*`: of everybody who can log in. */
  readonly roles: Readonly<Record<string, Role>>;
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

/** Reads `group=role,other=role`. @returns `null` when something in it is no role */
export function parseRoles(text: string): Record<string, Role> | null {
  const pairs = text.split(',').map((pair) => pair.split('=').map((part) => part.trim()));
  const isRole = (role: string | undefined): role is Role =>
    (ROLES as readonly string[]).includes(role ?? '');
  if (!pairs.every(([group, role, ...rest]) => group && isRole(role) && rest.length === 0)) return null;
  return Object.fromEntries(pairs.map(([group = '', role]) => [group, role as Role]));
}

/** A person's roles by their groups. */
export function rolesOf(claim: unknown, roles: OidcSettings['roles']): readonly Role[] {
  const groups = (Array.isArray(claim) ? claim : [claim]).filter((group) => typeof group === 'string');
  const found = [...groups, '*'].flatMap((group) => (Object.hasOwn(roles, group) ? [roles[group]] : []));
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
    const roles = rolesOf((claims as Record<string, unknown>)[this.settings.roleClaim], this.settings.roles);
    // An address that nobody has checked could be somebody else's.
    const name =
      typeof claims['email'] === 'string' && claims['email_verified'] === true ? claims['email'] : claims.sub;
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
