import { DomainError } from '#libs/kernel';
import { lastKnownAddress } from './lookup.ts';
import type { ServingProbe, Stores, UnitOfWork } from './ports.ts';
import type { ModelRecord, PrimaryTerm, VersionRecord } from './records.ts';

/** Versions that were probed just now and did not answer. */
export type Silent = ReadonlySet<number>;
export const NONE_SILENT: Silent = new Set();

/** So many versions are considered when a model goes back; older ones are named to `rollback` by their number. */
const MOST_CONSIDERED = 5;

/**
 * The versions that a model may go back to, the last proven primary first: those that were primary before
 * the present one, were not taken off, and are proven. A primary whose bake was cut short is none of them. Pure.
 * @param terms the newest term of each version of the history
 */
export function provenBefore(
  { primary, primaryHistory }: Pick<ModelRecord, 'primary' | 'primaryHistory'>,
  terms: readonly PrimaryTerm[],
): readonly number[] {
  const proven = new Set(terms.filter((term) => term.proven).map((term) => term.version));
  return primaryHistory.filter((version) => version !== primary && proven.has(version)).reverse();
}

export interface WayBack {
  readonly version: VersionRecord;
  /** Where it answers, or last answered; `null`: it must be deployed first. */
  readonly address: string | null;
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

/**
 * Which of the versions that this model may go back to do not answer. Asked between transactions, all at
 * once, for as long as one probe may take (5 s).
 * @param named one more version that somebody wants to go back to
 * @param only `bake`: nothing is asked unless a rollout of the model bakes
 */
export async function findSilent(
  { uow, serving }: { readonly uow: UnitOfWork; readonly serving: ServingProbe },
  modelName: string,
  { named = null, only }: { readonly named?: number | null; readonly only?: 'bake' } = {},
): Promise<Silent> {
  const ways = await uow.read(async (stores) => {
    const model = await stores.models.find(modelName);
    if (!model) return [];
    const live = await stores.rollouts.findLive(model.id);
    // A candidate in traffic is taken off at once: the primary stays.
    const staysAsItIs = live ? live.state !== 'baking' && named === null : only === 'bake';
    if (staysAsItIs) return [];
    const { there } = await waysBack(stores, model);
    const version = named === null ? null : await stores.versions.find(model.id, named);
    return version ? [...there, await wayTo(stores, version)] : there;
  });
  // All are asked at once; nobody waits for those that are older than the first that answers.
  const asked = ways.map(({ version, address }) => ({
    version: version.version,
    // One that is not deployed is deployed before callers go there.
    answers: address === null ? Promise.resolve(true) : serving.probe(address).then(yes, no),
  }));
  const silent = new Set<number>();
  let found = false;
  for (const { version, answers } of asked) {
    if (found && version !== named) continue;
    if (!(await answers)) silent.add(version);
    else found ||= version !== named;
  }
  return silent;
}

const yes = (): boolean => true;
const no = (): boolean => false;

/** The newest version with an address that is not silent: good enough to take every caller at once. */
export function answering(
  { there }: WaysBack,
  silent: Silent,
): { readonly version: VersionRecord; readonly address: string } | null {
  for (const { version, address } of there)
    if (address !== null && !silent.has(version.version)) return { version, address };
  return null;
}

/** @throws DomainError `nobody_answers`, which says which versions were asked */
export function refuseSilence(model: ModelRecord, { there, deleted }: WaysBack): never {
  const asked = there.map(({ version, address }) =>
    address === null
      ? `version ${version.version} is not deployed`
      : `version ${version.version} does not answer at ${address}`,
  );
  const gone = deleted.map((version) => `version ${version} was deleted`);
  const tried = [...asked, ...gone].join('; ') || 'it has no earlier primary';
  throw new DomainError(
    'conflict',
    'nobody_answers',
    `"${model.name}" cannot go back: ${tried}. Version ${String(model.primary)} goes on serving. Start the model server again, or roll back with "force": true, which sends every caller there as it is.`,
  );
}

async function wayTo(stores: Stores, version: VersionRecord): Promise<WayBack> {
  const deployment = await stores.deployments.find(version.modelId, version.version);
  return { version, address: lastKnownAddress(version, deployment) };
}
