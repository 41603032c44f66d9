import { DomainError } from '#libs/kernel';
import { Probes, type ProbeTarget, type Sendable } from '../readiness/probes.ts';
import { lastKnownAddress, type ServingPlace } from '../registry/lookup.ts';
import type { ServingProbe, Stores, UnitOfWork } from '../ports/ports.ts';
import type { ModelRecord, PrimaryTerm, VersionRecord } from '../ports/records.ts';

/** So many versions are considered when a model goes back; older ones are named to `rollback` by their number. */
const MOST_CONSIDERED = 5;

/**
 * The versions that a model may go back to, the last proven primary first: those that were primary before
 * the present one, were not taken off, and are proven. A primary whose bake was cut short is none of them. Pure.
 * @param terms the newest term of each version of the history
 */
export function provenBefore(
  { primary, primaryHistory }: Pick<ModelRecord, 'primary' | 'primaryHistory'>,
  terms: readonly Pick<PrimaryTerm, 'version' | 'proven'>[],
): readonly number[] {
  const proven = new Set(terms.filter((term) => term.proven).map((term) => term.version));
  return primaryHistory.filter((version) => version !== primary && proven.has(version)).reverse();
}

export interface WayBack {
  readonly version: VersionRecord;
  /** Where it answers, or last answered; `null`: it must be deployed first. */
  readonly address: ServingPlace | null;
  /** Where it has said that it is ready: what answers there now must know it. */
  readonly readyPath: string | null;
}

export interface WaysBack {
  /** The last proven primary first. */
  readonly there: readonly WayBack[];
  /** Newer proven versions than the oldest of `there` that were deleted. */
  readonly deleted: readonly number[];
}

/** Where a model can go back to. @param most how many at most */
export async function waysBack(
  stores: Stores,
  model: ModelRecord,
  most = MOST_CONSIDERED,
): Promise<WaysBack> {
  const terms = await stores.models.newestTerms(model.id, model.primaryHistory);
  const there: WayBack[] = [];
  const deleted: number[] = [];
  for (const number of provenBefore(model, terms)) {
    if (there.length === most) break;
    const version = await stores.versions.find(model.id, number);
    if (version) there.push(await wayTo(stores, version));
    else deleted.push(number);
  }
  return { there, deleted };
}

/** The last proven primary before the present one, as far as it was not deleted; `null`: there is none. */
export async function rollbackTarget(stores: Stores, model: ModelRecord): Promise<number | null> {
  return (await waysBack(stores, model, 1)).there[0]?.version.version ?? null;
}

/** Whom to ask before callers are sent anywhere. */
export interface ToProbe {
  /** Versions that callers may be sent to. */
  readonly versions?: readonly number[];
  /**
   * The ways back too: `from_bake` when a rollout of the model bakes, `from_primary` also when none is live. A
   * candidate in traffic is taken off at once: the primary stays.
   */
  readonly back?: 'from_bake' | 'from_primary';
}

/** What probing reaches out with. */
export interface ProbePorts {
  readonly uow: UnitOfWork;
  readonly serving: ServingProbe;
}

/**
 * Asks the model servers that callers may be sent to now. Between transactions, all at once, for as long as one
 * probe may take (5 s). One that is not deployed is not asked: it is deployed before callers go there.
 */
export async function probeTargets(
  { uow, serving }: ProbePorts,
  modelName: string,
  { versions = [], back }: ToProbe,
): Promise<Probes> {
  const { askedAt, needed, ways } = await uow.read(async (stores) => {
    const askedAt = await stores.now();
    const model = await stores.models.find(modelName);
    if (!model) return { askedAt, needed: [], ways: [] };
    const live = await stores.rollouts.findLive(model.id);
    const goesBack = live ? back !== undefined && live.state === 'baking' : back === 'from_primary';
    const found = await Promise.all([...new Set(versions)].map((one) => stores.versions.find(model.id, one)));
    const known = await Promise.all(found.filter((one) => one !== null).map((one) => wayTo(stores, one)));
    return { askedAt, needed: known, ways: goesBack ? (await waysBack(stores, model)).there : [] };
  });
  return Probes.ask(serving, askedAt, needed.flatMap(toProbe), ways.flatMap(toProbe));
}

const toProbe = ({ version: { version, healthPath }, address, readyPath }: WayBack): ProbeTarget[] =>
  address === null ? [] : [{ version, ...address, healthPath, readyPath }];

/** The newest version that was found ready: good enough to take every caller at once. */
export function answering({ there }: WaysBack, probes: Probes): Sendable | null {
  for (const { version, address } of there) {
    const target = address && probes.wayBack({ version: version.version, ...address });
    if (target) return target;
  }
  return null;
}

/** @throws DomainError `nobody_answers`, which says which versions were asked, and which word takes a `force`: an abort, or a word to a group, takes none */
export function refuseSilence(
  model: ModelRecord,
  { there, deleted }: { readonly there: readonly Omit<WayBack, 'readyPath'>[] } & Pick<WaysBack, 'deleted'>,
  probes: Probes,
): never {
  const asked = there.map(({ version: { version }, address }) =>
    address === null ? `version ${version} is not deployed` : `version ${version} ${probes.why(version)}`,
  );
  const gone = deleted.map((version) => `version ${version} was deleted`);
  const tried = [...asked, ...gone].join('; ') || 'it has no earlier primary';
  const word = model.primary === null ? 'unretire' : 'rollback';
  throw new DomainError(
    'conflict',
    'nobody_answers',
    `"${model.name}" cannot go back: ${tried}. ${model.primary === null ? 'It stays retired' : `Version ${model.primary} goes on serving`}. Start the model server again, or have an admin send every caller there as it is: understudy ${word} ${model.name} --force (POST /api/v1/models/${model.name}/${word} with "force": true, "Force" in the dashboard).`,
  );
}

async function wayTo(stores: Stores, version: VersionRecord): Promise<WayBack> {
  const deployment = await stores.deployments.find(version.modelId, version.version);
  const readyPath = deployment?.readyPath ?? null;
  return { version, address: lastKnownAddress(version, deployment), readyPath };
}
