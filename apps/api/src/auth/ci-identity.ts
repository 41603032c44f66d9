import { Inject, Injectable } from '@nestjs/common';
import {
  createRemoteJWKSet,
  customFetch,
  decodeJwt,
  decodeProtectedHeader,
  type JWTPayload,
  jwtVerify,
} from 'jose';
import { DomainError } from '#libs/kernel';
import { allowsRef, fits, refOf, type SourceRules, type WebhookSource } from '#libs/engine';
import { OUTBOUND_FETCH, WEBHOOK_STORE, type WebhookStore } from '../ports.ts';

const GITHUB_ISSUER = 'https://token.actions.githubusercontent.com';
const OUR_AUDIENCE = 'understudy';
/** The one that GitHub signs with: what a token says of itself chooses nothing. */
const ALGORITHM = 'RS256';
const MOST_SKEW_SECONDS = 30;
const OLDEST_TOKEN = '10m';

export interface CiIdentity {
  readonly source: WebhookSource;
  readonly claims: JWTPayload;
  readonly jti: string;
}

/** Finds out which CI job has sent a token, by the issuer's signature and by immutable claims. */
@Injectable()
export class CiIdentities {
  private readonly keySets = new Map<string, ReturnType<typeof createRemoteJWKSet>>();

  constructor(
    @Inject(WEBHOOK_STORE) private readonly webhooks: WebhookStore,
    @Inject(OUTBOUND_FETCH) private readonly fetch: typeof globalThis.fetch,
  ) {}

  /**
   * @throws DomainError `ci_token_invalid` (401) for a token that is not sound, `ci_job_not_allowed` (403) when no
   *   source lets this job in
   */
  async identify(token: string): Promise<CiIdentity> {
    const issuer = issuerOf(token);
    const sources = (await this.webhooks.sources()).filter(
      ({ kind, rules }) => kind === 'github-oidc' && (rules.issuer ?? GITHUB_ISSUER) === issuer,
    );
    if (sources.length === 0) throw unsound('no source trusts its issuer');
    const refused: string[] = [];
    for (const source of sources) {
      const claims = await this.verified(token, issuer, source.rules);
      const because = mismatch(source.rules, claims);
      if (because === null) {
        if (claims.jti === undefined) throw unsound('it has no jti, so it could be used twice');
        return { source, claims, jti: claims.jti };
      }
      refused.push(`${source.name}: ${because}`);
    }
    throw new DomainError(
      'forbidden',
      'ci_job_not_allowed',
      `No source lets this job register versions (${refused.join('; ')}).`,
    );
  }

  private async verified(token: string, issuer: string, rules: SourceRules): Promise<JWTPayload> {
    try {
      const { payload } = await jwtVerify(token, this.keysOf(rules.jwksUrl ?? `${issuer}/.well-known/jwks`), {
        issuer,
        audience: rules.audience ?? OUR_AUDIENCE,
        algorithms: [ALGORITHM],
        clockTolerance: MOST_SKEW_SECONDS,
        maxTokenAge: OLDEST_TOKEN,
        requiredClaims: ['exp', 'iat'],
      });
      return payload;
    } catch (error) {
      throw unsound((error as Error).message);
    }
  }

  /** Fetched when first needed, kept, and fetched again (at most every 30 s) for a key that is not among them. */
  private keysOf(url: string): ReturnType<typeof createRemoteJWKSet> {
    let keys = this.keySets.get(url);
    if (!keys) {
      keys = createRemoteJWKSet(new URL(url), { [customFetch]: this.fetch as never, timeoutDuration: 5_000 });
      this.keySets.set(url, keys);
    }
    return keys;
  }
}

/**
 * Why a job is not one of the source's; `null`: it is. By ids, which nobody can take over, not by names or `sub`.
 * @public test/cases asks it by itself
 */
export function mismatch(rules: SourceRules, claims: JWTPayload): string | null {
  const said = (name: string): string => {
    const value = claims[name];
    return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
  };
  if (!rules.repositoryIds?.includes(said('repository_id'))) return 'another repository_id';
  if (!rules.ownerIds?.includes(said('repository_owner_id'))) return 'another repository_owner_id';
  if (/^(pull_request|issue_comment|discussion|fork)/.test(said('event_name')))
    return `it runs for ${said('event_name')}`;
  const ref = refOf(said('ref'), claims['ref_type'] === undefined ? undefined : said('ref_type'));
  const isInEnvironment = rules.environments?.includes(said('environment')) ?? false;
  if (!allowsRef(rules, ref) && !isInEnvironment)
    return `ref ${said('ref') || '(none)'} is none of the source's`;
  const workflow = said('job_workflow_ref');
  if (rules.jobWorkflowRefs && !rules.jobWorkflowRefs.some((pattern) => fits(pattern, workflow)))
    return `workflow ${workflow || '(none)'} is none of the source's`;
  return null;
}

/** Whom the token names as its issuer; nothing else of it is believed yet. */
function issuerOf(token: string): string {
  try {
    if (decodeProtectedHeader(token).alg !== ALGORITHM) throw new Error(`it is not signed with ${ALGORITHM}`);
    return decodeJwt(token).iss ?? '';
  } catch (error) {
    throw unsound((error as Error).message);
  }
}

const unsound = (because: string): DomainError =>
  new DomainError('unauthenticated', 'ci_token_invalid', `The CI token is not accepted: ${because}.`);
