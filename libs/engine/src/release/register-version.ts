import { DomainError, shownUrl } from '#libs/kernel';
import type { By } from '../access/authority.ts';
import { withCopied } from './copy-version.ts';
import { outputByDefault, unreadOf } from './described-version.ts';
import { ensureModel } from '../registry/ensure-model.ts';
import { lockUpstreams } from '../registry/lineage.ts';
import { lockModel, requireModel } from '../registry/lookup.ts';
import { autoRollout } from './mlflow-release.ts';
import { UPLOADED } from '../ports/outside-ports.ts';
import type {
  ArtifactVerifier,
  DeployerInfo,
  DescribedArtifact,
  ModelCaller,
  ServingProbe,
  Stores,
  UnitOfWork,
} from '../ports/ports.ts';
import { NO_MLFLOW_FACTS, type RolloutRecord, type VersionRecord } from '../ports/records.ts';
import { peopleIn } from '../access/principal.ts';
import { assertArtifactUse } from '../access/reach.ts';
import { servingUrlsOf } from '../registry/serving-template.ts';
import { registeredData } from './registered-data.ts';
import { type SettledOutputSpec, settleOutputSpec, type Warning } from '../registry/settle-output-spec.ts';
import type { NewVersion } from './new-version.ts';
import { startOf } from '../queue/start-at.ts';
import { readOwnPolicy } from './release-authority.ts';
import { startRollout } from '../rollouts/start-rollout.ts';
import { registeredFirst } from '../rollouts/releasable.ts';

export interface RegisterVersionPorts {
  readonly uow: UnitOfWork;
  readonly artifacts: ArtifactVerifier;
  readonly serving: ServingProbe;
  readonly caller: ModelCaller;
  readonly deployer: DeployerInfo;
}

/** Of a version, on the record. */
const MOST_PEOPLE = 50;

/** What the caller's transaction adds to the registration, so that both are kept or neither. */
export type Alongside = (stores: Stores, registered: Registered) => Promise<void>;
export interface Registered {
  readonly version: VersionRecord;
  readonly rollout: RolloutRecord | null;
  /** What of it is no mistake for certain. */
  readonly warnings: readonly Warning[];
}

/**
 * Registers a version: checks the artifact's digest and that somebody answers at the serving URL, then writes
 * version, metrics, rollout, events and wake-up in one transaction.
 * @throws DomainError; nothing is written then
 */
export async function registerVersion(
  ports: RegisterVersionPorts,
  modelName: string,
  asked: NewVersion,
  by: By,
  alongside?: Alongside,
): Promise<Registered> {
  const prepared = await prepareVersion(ports, modelName, asked, by);
  const { request } = prepared;
  const register = () =>
    ports.uow.run(async (stores) => {
      if (request.createModel) await ensureModel(stores, modelName, by);
      const registered = await insertVersion(stores, prepared, by);
      await alongside?.(stores, registered);
      return registered;
    });
  try {
    return await register();
  } catch (error) {
    // It was there, and was renamed or deleted before it could be locked: now it can be made.
    const vanished = error instanceof DomainError && error.code === 'model_not_found' && request.createModel;
    if (!vanished) throw error;
    return register();
  }
}

/** A version whose artifact, servers and output were looked at, and that may be written. */
export interface PreparedVersion {
  readonly model: string;
  readonly request: NewVersion & { readonly outputSpec: SettledOutputSpec['spec'] };
  readonly described: DescribedArtifact | null;
  readonly warnings: readonly Warning[];
}

/** What is looked at outside of transactions before a version is written. @throws DomainError what the version is refused for */
export async function prepareVersion(
  ports: RegisterVersionPorts,
  modelName: string,
  asked: NewVersion,
  by: Pick<By, 'authority'>,
): Promise<PreparedVersion> {
  const request = await withCopied(ports.uow, asked, asked.reach);
  if (typeof request.rollout === 'object' && request.rollout.policy !== undefined) {
    const known = await ports.uow.read((stores) => stores.models.find(modelName));
    readOwnPolicy(request.rollout.policy, known ?? { policy: null }, by.authority);
  }
  assertDeployable(request, ports.deployer);
  // Before anything is read or probed that a caller may wait for.
  if (!request.createModel && !request.mlflow)
    await ports.uow.read((stores) => requireModel(stores, modelName));
  const { artifact, reach } = request;
  if (artifact?.uri.startsWith(UPLOADED) && reach)
    await ports.uow.read((stores) => assertArtifactUse(stores, artifact.digest, reach));
  if (artifact) await ports.artifacts.verify(artifact);
  await assertReachable(ports.serving, request);
  const said = artifact ? await ports.artifacts.describe(artifact.digest) : null;
  const signature = request.signature ?? said?.signature ?? null;
  const { spec, warnings, described } = await settleOutputSpec(ports, modelName, {
    ...{ ...request, signature },
    described: said?.outputSpec ?? null,
  });
  return {
    model: modelName,
    request: { ...request, signature, outputSpec: spec },
    described: said && { ...said, outputSpec: described },
    warnings: [...warnings, ...unreadOf(said)],
  };
}

/** Writes a version, and starts its rollout where it asks for one, in the caller's transaction. */
export async function insertVersion(
  stores: Stores,
  { model: modelName, request, described, warnings }: PreparedVersion,
  by: By,
): Promise<Registered> {
  const { actor } = by;
  const visible = request.reach?.models ?? null;
  const upstreams = await lockUpstreams(stores, modelName, request.upstreams, visible);
  const model = await lockModel(stores, modelName);
  // The model is locked: nobody else takes this number.
  const number = model.nextVersion;
  const {
    metrics,
    createModel: _c,
    copyOf: _o,
    rollout: _r,
    reach,
    people = [],
    copiedHands: _h,
    unread: told = [],
    mlflow = NO_MLFLOW_FACTS,
    outputSpec = await outputByDefault(stores, model, described?.outputSpec ?? null),
    ...rest
  } = request;
  const unread = [...told, ...(described?.unread ?? [])];
  const named = [...new Set([...people, ...peopleIn(request.source)])].slice(0, MOST_PEOPLE);
  const facts = { modelId: model.id, version: number, ...rest, outputSpec, mlflow, createdBy: actor };
  // An MLflow client knows nothing of serving; the model may.
  if (request.mlflow && facts.servingUrls.length === 0)
    facts.servingUrls = servingUrlsOf(model, number, mlflow);
  const uploaders = request.artifact ? await stores.artifacts.uploadersOf(request.artifact.digest) : [];
  const version = await stores.versions.insert(facts);
  await stores.lineage.add({ modelId: model.id, version: number }, upstreams);
  const points = Object.entries(metrics).map(([metric, value]) => ({ metric, value, step: 0, at: null }));
  await stores.versions.addMetrics({ modelId: model.id, version: number }, points);
  await stores.events.append({
    modelId: model.id,
    rolloutId: null,
    type: 'version.registered',
    actor,
    touch: true,
    data: registeredData(version, request, { named, uploaders, unread, metrics }),
  });
  let rollout = request.mlflow ? await autoRollout(stores, model, number, by) : null;
  if (request.rollout !== false) {
    const asked = typeof request.rollout === 'object' ? request.rollout : {};
    startOf(asked.startAt, await stores.now(), '/rollout/startAt');
    const release = { version: number, ...by, reason: 'registered', ...(reach ? { reach } : {}), ...asked };
    rollout = await registeredFirst(() => startRollout(stores, modelName, release));
  }
  return { version, rollout, warnings };
}

/** One that loads is no mistake: its rollout begins when it is ready. Nobody at all is. */
async function assertReachable(
  serving: ServingProbe,
  { servingUrls: urls, healthPath }: Pick<NewVersion, 'servingUrls' | 'healthPath'>,
): Promise<void> {
  const said = await Promise.all(urls.map((url) => serving.probe({ url, healthPath })));
  const dead = said.flatMap(({ state, because }, at) =>
    state === 'unreachable' ? [{ at, url: urls[at] ?? '', because }] : [],
  );
  const [first] = dead;
  if (first === undefined) return;
  const place = urls.length === 1 ? 'the serving URL' : `serving URL ${first.at}`;
  const others = dead.length === 1 ? '' : `, and at ${dead.length - 1} more of ${urls.length}`;
  throw new DomainError(
    'invalid',
    'serving_url_unreachable',
    `Nobody answers at ${place} ${shownUrl(first.url)} (${first.because})${others}. Start the model server, or mend the URL, and register again.`,
    dead.map(({ at, because }) => ({
      pointer: urls.length === 1 ? '/servingUrl' : `/servingUrls/${at}`,
      detail: `unreachable: ${because}`,
    })),
  );
}

function assertDeployable(request: NewVersion, deployer: DeployerInfo): void {
  // An MLflow client names the place of the files; what serves them is told later, or by nobody.
  if (!request.artifact && request.servingUrls.length === 0 && !request.mlflow) {
    throw new DomainError(
      'invalid',
      'version_without_place',
      'Give an artifact (uri and digest), a servingUrl (or servingUrls), or both.',
      [{ pointer: '/artifact', detail: 'missing, and so is /servingUrl' }],
    );
  }
  if (request.servingUrls.length === 0 && !deployer.processDeployer && request.rollout !== false) {
    throw new DomainError(
      'invalid',
      'no_deployer',
      'No deployer is configured that could serve the artifact. Give a servingUrl, or have the operator set DEPLOYER_COMMAND, or register it without a release (POST /api/v1/models/{model}/versions with "rollout": false).',
      [{ pointer: '/servingUrl', detail: 'missing' }],
    );
  }
}
