import { DomainError, isReadable } from '#libs/kernel';
import type { Authority } from '../access/authority.ts';
import type { Stores } from '../ports/ports.ts';
import type { ModelRecord, PrimaryTerm, RolloutRecord, VersionRecord } from '../ports/records.ts';

/** How an artifact stands in the model before. */
export type Standing = 'proven' | 'bakes' | 'never_primary' | 'rolled_back' | 'not_proven' | 'deleted';

/** A version that has the artifact in question. */
export interface HasArtifact {
  readonly version: number;
  readonly isDeleted: boolean;
}

/**
 * How an artifact stands in the model before: by the latest verdict about these bytes, under whatever number. Harm that was found in any
 * version that has them counts until they are proven again; else the newest term as primary: proven is what that one is (its bake ended
 * well, it had none, or an admin put it there), as long as the model has not gone back from it. Pure.
 * @param versions those with the artifact's digest, deleted ones too, in order; at least one that is not deleted or has a term
 * @param terms the newest term of each of them that was ever primary, the newest one first
 */
export function standingOf(
  { primary, primaryHistory }: Pick<ModelRecord, 'primary' | 'primaryHistory'>,
  versions: readonly HasArtifact[],
  terms: readonly PrimaryTerm[],
): { readonly version: number; readonly standing: Standing } {
  const [term] = terms;
  const present = versions.filter(({ isDeleted }) => !isDeleted);
  if (term === undefined)
    return { version: (present.at(-1) ?? versions.at(-1))?.version ?? 0, standing: 'never_primary' };
  const { version, proven, refutedBy } = term;
  if (!proven && version === primary) return { version, standing: 'bakes' };
  if (refutedBy !== null) return { version: refutedBy, standing: 'rolled_back' };
  if (!primaryHistory.includes(version)) return { version, standing: 'rolled_back' };
  if (!proven) return { version, standing: 'not_proven' };
  return { version, standing: present.length > 0 ? 'proven' : 'deleted' };
}

const IN_WORDS: Readonly<Record<Exclude<Standing, 'proven'>, string>> = {
  bakes: 'is primary there, and its bake has not ended',
  never_primary: 'has not been primary there yet',
  rolled_back: 'was rolled back there, and these bytes were not proven again since',
  not_proven: 'did not end its bake there',
  deleted: 'was deleted there',
};

/**
 * Why a version may not be released in its model's environment yet, in words; `null`: it may. The same artifact must be
 * proven now in the model before.
 */
async function whyNotProven(
  stores: Stores,
  model: Pick<ModelRecord, 'name' | 'environment'>,
  version: Pick<VersionRecord, 'version' | 'artifact'>,
): Promise<string | null> {
  const after = model.environment?.after ?? null;
  if (after === null) return null;
  const which = `version ${version.version} of "${model.name}"`;
  if (version.artifact === null)
    return `${which} has no artifact digest, so it cannot be compared with what is proven in "${after.name}"; register it with its artifact, or as a copy (copyOf)`;
  const named = await stores.models.find(after.name);
  // Renamed this moment, and its name given to another model: the link is to the one that it was set to.
  const before = named?.id === after.id ? named : null;
  const { digest } = version.artifact;
  const versions = before === null ? [] : await stores.versions.withDigest(before.id, digest);
  const numbers = versions.map((one) => one.version);
  const terms = before === null ? [] : await stores.models.newestTerms(before.id, numbers);
  if (before === null || (terms.length === 0 && versions.every(({ isDeleted }) => isDeleted)))
    return `"${after.name}" has no version with the artifact of ${which} (${digest.slice(0, 19)}…); release it there first`;
  const { version: number, standing } = standingOf(before, versions, terms);
  if (standing === 'proven') return null;
  return `the artifact of ${which} is not proven in "${after.name}": version ${number} ${IN_WORDS[standing]}`;
}

/** An admin's word for a release that is not proven in the environment before. */
export interface EnvironmentWord {
  readonly overrideEnvironment: boolean;
  readonly reason: string;
  readonly authority: Authority;
}

/** @throws DomainError `environment_override_forbidden` unless an admin says it; `reason_missing` without a reason */
export function assertMayOverrideEnvironment({
  overrideEnvironment,
  reason,
  authority,
}: EnvironmentWord): void {
  if (overrideEnvironment && authority !== 'admin')
    throw new DomainError(
      'forbidden',
      'environment_override_forbidden',
      'Only an admin releases what is not proven in the environment before. Leave overrideEnvironment out, or ask one.',
      [{ pointer: '/overrideEnvironment', detail: 'needs the scope admin' }],
    );
  if (overrideEnvironment && !isReadable(reason))
    throw new DomainError('invalid', 'reason_missing', 'A release past an environment needs a reason.', [
      { pointer: '/reason', detail: 'missing; needed with overrideEnvironment' },
    ]);
}

/**
 * @param inGroup it is released as a member of a release group
 * @throws DomainError `not_proven_before`
 */
export async function assertProvenBefore(
  stores: Stores,
  model: ModelRecord,
  version: VersionRecord,
  inGroup: boolean,
): Promise<void> {
  const lacks = await whyNotProven(stores, model, version);
  if (lacks !== null) throw notProven(lacks, model, inGroup);
}

/** Most of the requests that are refused so do not take the override themselves: it says which one does. */
function notProven(lacks: string, { name }: Pick<ModelRecord, 'name'>, inGroup: boolean): DomainError {
  const how = inGroup
    ? 'its group (POST /api/v1/release-groups, with the same members)'
    : `it (POST /api/v1/models/${name}/rollouts)`;
  return new DomainError(
    'conflict',
    'not_proven_before',
    `${lacks[0]?.toUpperCase() ?? ''}${lacks.slice(1)}. When it cannot wait, an admin releases ${how} with "overrideEnvironment": true and a reason.`,
  );
}
/** Why a rollout may not go on, or start; `null`: it may. Going back is never held up. */
export async function heldByEnvironment(
  stores: Stores,
  model: ModelRecord,
  rollout: Pick<RolloutRecord, 'version' | 'intent' | 'overridesEnvironment'>,
): Promise<string | null> {
  if (rollout.intent === 'rollback' || rollout.overridesEnvironment) return null;
  if ((model.environment?.after ?? null) === null) return null;
  const version = await stores.versions.find(model.id, rollout.version);
  return version && whyNotProven(stores, model, version);
}

/** @throws DomainError `not_proven_before` when a person moves on a rollout whose artifact is not proven (any more) */
export async function assertNotHeld(
  stores: Stores,
  model: ModelRecord,
  rollout: Pick<RolloutRecord, 'version' | 'intent' | 'overridesEnvironment' | 'groupId'>,
): Promise<void> {
  const lacks = await heldByEnvironment(stores, model, rollout);
  if (lacks !== null) throw notProven(lacks, model, rollout.groupId !== null);
}

/** An admin's promotion at once needs no proof; its reason says what it went past. */
export async function reasonPastEnvironment(
  stores: Stores,
  model: ModelRecord,
  version: VersionRecord,
  reason: string,
): Promise<string> {
  const lacks = await whyNotProven(stores, model, version);
  return lacks === null ? reason : `${reason} (past its environment: ${lacks})`;
}
