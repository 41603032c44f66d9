import type { ChecksStep } from '#libs/rollout';
import { servingAddress, type ServingPlace } from '../registry/lookup.ts';
import type { Stores } from '../ports/ports.ts';
import type { GoldenRequests, ModelRecord, RolloutRecord, VersionRecord } from '../ports/records.ts';

type Metrics = Readonly<Record<string, number>>;

/** Everything in the database that the checks look at, read in one transaction before they are made. */
export interface CheckMaterial {
  readonly step: ChecksStep;
  readonly version: VersionRecord;
  readonly metrics: Metrics;
  /** What serves now, to be compared with; `null` for a model's first version. */
  readonly primary: { readonly version: VersionRecord; readonly metrics: Metrics } | null;
  /** Where the version answers; `null` while it does not run. */
  readonly place: ServingPlace | null;
  readonly golden: GoldenRequests | null;
  /** What serves of each upstream model; `null`: there is no such model, or nothing of it serves. */
  readonly upstreamPrimaries: Readonly<Record<string, number | null>>;
  /** Upstream models that whoever registered the version may not see. */
  readonly hiddenUpstreams: readonly string[];
  readonly downstreams: readonly string[];
}

export async function checkMaterial(
  stores: Stores,
  model: ModelRecord,
  rollout: RolloutRecord,
  step: ChecksStep,
): Promise<CheckMaterial | null> {
  const version = await stores.versions.find(model.id, rollout.version);
  if (!version) return null;
  const before = rollout.from === null ? null : await stores.versions.find(model.id, rollout.from);
  const metrics = await stores.versions.latestMetrics(model.id, [
    version.version,
    ...(before ? [before.version] : []),
  ]);
  const upstreamPrimaries: Record<string, number | null> = {};
  for (const upstream of version.upstreams)
    upstreamPrimaries[upstream.model] = (await stores.models.find(upstream.model))?.primary ?? null;
  return {
    step,
    version,
    metrics: metrics.get(version.version) ?? {},
    primary: before && { version: before, metrics: metrics.get(before.version) ?? {} },
    place: servingAddress(version, await stores.deployments.find(model.id, version.version)),
    golden: model.golden,
    upstreamPrimaries,
    hiddenUpstreams: await stores.lineage.unacknowledged(version),
    downstreams: await stores.relations.downstreams(model.name),
  };
}
