import { DomainError, isReadable } from '#libs/kernel';
import { type Looser, parseKeptPolicy } from '#libs/rollout';
import { assertConfigured } from '../evidence/abilities.ts';
import type { Authority } from '../access/authority.ts';
import { assertSegmentsKnown } from '../settings/caller-segments.ts';
import { requireVersion } from '../registry/lookup.ts';
import type { Stores } from '../ports/ports.ts';
import { assertPriced } from '../settings/prices.ts';
import { assertMayOverrideEnvironment, assertProvenBefore } from '../routing/proven-before.ts';
import { assertPolicyReads, type Reach } from '../access/reach.ts';
import type { ModelRecord } from '../ports/records.ts';
import { loosenedOutput } from '../release/output-authority.ts';
import { assertMayOverrideFreeze, releaseTerms, type ReleaseTerms } from '../release/release-authority.ts';
import { assertNotRetired } from '../registry/retired.ts';

/** What is asked for of a version, as far as it decides whether it may be released. */
export interface AskedRelease {
  readonly version: number;
  /** A policy document; the model's, or the default one, when left out. */
  readonly policy?: unknown;
  /** The policy is that of a rollout of before: it was accepted by the rules of its time, and is asked for again. */
  readonly hadPolicy?: boolean;
  readonly reason?: string;
  /** A hot fix: freeze windows do not hold it. Needs a reason. */
  readonly overrideFreeze?: boolean;
  /** An admin's word for what is not proven in the environment before. Needs a reason. */
  readonly overrideEnvironment?: boolean;
  /** The release group that it is a member of. */
  readonly groupId?: string;
  /** What whoever starts it may reach; left out: everything. */
  readonly reach?: Reach;
  /** What the actor's word is good for: whoever only submits makes nothing looser. */
  readonly authority: Authority;
}

/** What a release comes to, before what else of the model is under way. */
export interface Releasable {
  readonly policy: unknown;
  readonly loosened: readonly Looser[];
}

/**
 * May whoever asks for a release say what they say along with it? Of a repeat, too, which takes what it says.
 * @throws DomainError `reason_missing`, `freeze_override_forbidden`, `environment_override_forbidden`
 */
export function assertMaySay({
  overrideFreeze = false,
  overrideEnvironment = false,
  reason = '',
  authority,
}: AskedRelease): void {
  if (overrideFreeze && !isReadable(reason))
    throw new DomainError('invalid', 'reason_missing', 'A hot fix overrides freeze windows; say why.', [
      { pointer: '/reason', detail: 'missing; needed with overrideFreeze' },
    ]);
  if (overrideFreeze) assertMayOverrideFreeze(authority);
  assertMayOverrideEnvironment({ overrideEnvironment, reason, authority });
}

/**
 * The policy document that a release follows, by what the model asks for now.
 * @throws DomainError `policy_looser`, `policy_invalid`, and where it reads what its author may not reach
 */
export function settledTerms(
  model: ModelRecord,
  {
    policy,
    hadPolicy = false,
    reach,
    authority,
  }: Pick<AskedRelease, 'policy' | 'hadPolicy' | 'reach' | 'authority'>,
): ReleaseTerms {
  const own = policy ?? null;
  if (own !== null && reach) assertPolicyReads(own, model.policy, reach);
  return releaseTerms(own, model, authority, hadPolicy);
}

/**
 * What a release of a version that is not under way must meet, whatever else of its model is under way. Reads only.
 * @throws DomainError when the version is unknown or serves already, its artifact is not proven in the environment before, or the policy has
 *   mistakes or is looser than the model's
 */
export async function assertReleasable(
  stores: Stores,
  model: ModelRecord,
  request: AskedRelease,
): Promise<Releasable> {
  assertNotRetired(model);
  assertMaySay(request);
  const version = await requireVersion(stores, model, request.version);
  if (model.primary === request.version) {
    throw new DomainError(
      'conflict',
      'version_is_primary',
      `Version ${request.version} of "${model.name}" is the primary already.`,
    );
  }
  if (!request.overrideEnvironment)
    await assertProvenBefore(stores, model, version, request.groupId !== undefined);
  const terms = settledTerms(model, request);
  await assertSegmentsKnown(stores, model, terms.policy, '/policy');
  // A first version has nothing to be compared with.
  if (model.primary !== null) {
    // One of the request was asked by the rules for new ones in `releaseTerms`; the model's own was, when it was set.
    const policy = parseKeptPolicy(terms.policy);
    assertPriced(policy, model, [request.version, model.primary]);
    await assertConfigured(stores, policy);
  }
  const primary = model.primary === null ? null : await stores.versions.find(model.id, model.primary);
  const output = loosenedOutput(version.outputSpec, primary, model, request.authority);
  return { policy: terms.policy, loosened: [...terms.loosened, ...output] };
}

/**
 * Registers and releases in one: what is refused for its environment is not registered either, and cannot be released with an override
 * before it is.
 * @throws DomainError what `act` throws
 */
export async function registeredFirst<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof DomainError) || error.code !== 'not_proven_before') throw error;
    const detail = `${error.detail} Nothing is registered yet: do that first, without a release (POST /api/v1/models/{model}/versions with "rollout": false).`;
    throw new DomainError(error.kind, error.code, detail, error.errors);
  }
}
