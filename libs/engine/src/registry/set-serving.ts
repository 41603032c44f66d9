import { canonicalJson, DomainError, isReadable, shownUrl } from '#libs/kernel';
import type { By } from '../access/authority.ts';
import { lockModel, requireVersion } from './lookup.ts';
import type { Stores } from '../ports/ports.ts';
import type { ModelRecord, VersionRecord } from '../ports/records.ts';
import { servingUrlsOf } from './serving-template.ts';

/** Where a version answers from now on. What is left out stays as it is. */
export interface ServingEdit {
  /** Empty: nobody runs it; a deployer may start it. */
  readonly servingUrls?: readonly string[] | undefined;
  readonly healthPath?: string | null | undefined;
  readonly reason: string;
}

/**
 * Sets where a registered version answers, while nothing runs on it. The servers are not asked here: a rollout of it
 * waits until they are ready. The same place again changes nothing.
 * @throws DomainError `version_serves` while callers or a rollout need it; `version_runs` while its own process ends;
 *   `serving_guarded` for a submitter where it was ever primary; `reason_missing` there without a reason
 */
export async function setServing(
  stores: Stores,
  modelName: string,
  number: number,
  edit: ServingEdit,
  by: By,
): Promise<VersionRecord> {
  const model = await lockModel(stores, modelName);
  const version = await requireVersion(stores, model, number);
  const place = {
    servingUrls: edit.servingUrls ?? version.servingUrls,
    healthPath: edit.healthPath === undefined ? version.healthPath : edit.healthPath,
  };
  if (isSamePlace(version, place)) return version;
  await assertNotNeededNow(stores, model, version);
  const terms = await stores.models.newestTerms(model.id, [number]);
  if (terms.length > 0) assertMayMoveServed(model, number, edit.reason, by);
  return writePlace(stores, model, version, { place, reason: edit.reason, actor: by.actor });
}

/**
 * Gives a version that an MLflow client registered before its model said where versions answer the address that the
 * model names now. In the transaction that starts its rollout; another version stays as it is.
 */
export async function servedByTemplate(
  stores: Stores,
  model: ModelRecord,
  version: VersionRecord,
  actor: string,
): Promise<VersionRecord> {
  const { servingUrls: known, artifact, mlflow, healthPath } = version;
  if (known.length > 0 || artifact !== null || mlflow.source === null) return version;
  const servingUrls = servingUrlsOf(model, version.version, mlflow);
  if (servingUrls.length === 0) return version;
  const reason = "the model's servingUrlTemplate, set after it was registered";
  return writePlace(stores, model, version, { place: { servingUrls, healthPath }, reason, actor });
}

type Place = Pick<VersionRecord, 'servingUrls' | 'healthPath'>;

const isSamePlace = (one: Place, other: Place): boolean =>
  one.healthPath === other.healthPath && canonicalJson(one.servingUrls) === canonicalJson(other.servingUrls);

async function writePlace(
  stores: Stores,
  model: ModelRecord,
  before: VersionRecord,
  { place, reason, actor }: { readonly place: Place; readonly reason: string; readonly actor: string },
): Promise<VersionRecord> {
  const { version: number } = before;
  const written = await stores.versions.replaceServing(model.id, number, place);
  if (!written) throw new Error(`version ${number} vanished`);
  // What was heard at the old address says nothing of the new one.
  if (await stores.deployments.find(model.id, number))
    await stores.deployments.save({
      ...{ modelId: model.id, version: number, state: 'retired', url: null },
      ...{ message: 'it answers at another address now', readyPath: null },
    });
  await stores.events.append({
    modelId: model.id,
    rolloutId: null,
    type: 'version.serving_set',
    actor,
    touch: true,
    data: {
      ...{ version: number, before: shownPlace(before), after: shownPlace(place), reason },
      // What is shown of URLs may hide what differs.
      moved:
        place.servingUrls.length === 0 || place.servingUrls.some((url) => !before.servingUrls.includes(url)),
    },
  });
  return written;
}

const shownPlace = ({ servingUrls, healthPath }: Place) => ({
  servingUrls: servingUrls.map(shownUrl),
  healthPath,
});

async function assertNotNeededNow(
  stores: Stores,
  model: ModelRecord,
  { version, servingUrls }: VersionRecord,
): Promise<void> {
  const live = await stores.rollouts.findLive(model.id);
  const queued = await stores.rollouts.findQueued(model.id, version);
  const why =
    model.primary === version
      ? 'it is the primary'
      : live?.version === version || live?.from === version
        ? `rollout ${live.id} runs`
        : queued
          ? `rollout ${queued.id} waits to start`
          : null;
  if (why !== null)
    throw new DomainError(
      'conflict',
      'version_serves',
      `Where version ${version} of "${model.name}" answers cannot be changed: ${why}. Wait for its end or abort it; of a primary, register a new version with the new URL.`,
    );
  const runs = (await stores.deployments.find(model.id, version))?.state ?? 'retired';
  if (servingUrls.length > 0 || runs === 'retired') return;
  throw new DomainError(
    'conflict',
    'version_runs',
    `The model server of version ${version} of "${model.name}" is being ended. Ask again in a few seconds.`,
  );
}

/** What was good as primary was so at its address: a rollback goes there, and a release soon after skips its steps. */
function assertMayMoveServed(
  model: ModelRecord,
  version: number,
  reason: string,
  { authority }: Pick<By, 'authority'>,
): void {
  if (authority === 'submit')
    throw new DomainError(
      'forbidden',
      'serving_guarded',
      `Version ${version} of "${model.name}" was primary, and a rollback would go to where it answered. Only an operator or an admin changes that. Register a new version, or ask one of them.`,
      [{ pointer: '/servingUrl', detail: 'needs the scope operate or admin' }],
    );
  if (isReadable(reason)) return;
  throw new DomainError(
    'invalid',
    'reason_missing',
    'The version was primary. Say why it answers elsewhere.',
    [{ pointer: '/reason', detail: 'missing; needed with servingUrl' }],
  );
}
