import type { By } from '../access/authority.ts';
import { lockModel, requireVersion } from './lookup.ts';
import { assertMayMeasure } from '../release/model-guard.ts';
import type { MetricPoint, Stores } from '../ports/ports.ts';

/**
 * Adds points to the evaluation metrics of a version. Checks of a rollout may rest on them, so it is
 * an event: how many, and the last of each metric.
 * @throws DomainError `metrics_guarded`
 */
export async function addMetrics(
  stores: Stores,
  modelName: string,
  version: number,
  points: readonly MetricPoint[],
  { actor, authority }: By,
): Promise<void> {
  const model = await lockModel(stores, modelName);
  await requireVersion(stores, model, version);
  assertMayMeasure(
    model,
    version,
    points.map(({ metric }) => metric),
    authority,
  );
  await stores.versions.addMetrics({ modelId: model.id, version }, points);
  const last = Object.fromEntries(points.map(({ metric, value }) => [metric, value]));
  const event = { modelId: model.id, rolloutId: null, type: 'version.metrics_added', actor };
  await stores.events.append({ ...event, data: { version, points: points.length, last } });
}
