import { type Registered, requireModel, requireVersion, type Stores } from '#libs/engine';
import type { VersionParams } from '../http/bodies/validation.ts';
import { shownRollout } from '../rollouts/rollout.view.ts';
import { versionView } from './version.view.ts';

/** A version as it is shown, with what is known of it now. */
export async function view(stores: Stores, { model: name, version: number }: VersionParams) {
  const model = await requireModel(stores, name);
  const version = await requireVersion(stores, model, number);
  const latest = await stores.versions.latestMetrics(model.id, [number]);
  const deployment = (await stores.deployments.find(model.id, number)) ?? undefined;
  const live = await stores.rollouts.findLive(model.id);
  return versionView(version, model, live, { metrics: latest.get(number), deployment });
}

/**
 * A version that has just been registered, with its rollout. It is made in the transaction that registers it: nothing that is asked after that
 * can lose the answer of what was registered.
 */
export async function shownRegistered(
  stores: Stores,
  model: string,
  { version: { version }, rollout, warnings }: Registered,
) {
  const shown = await view(stores, { model, version });
  return { ...shown, rollout: rollout && (await shownRollout(stores, rollout)), warnings };
}
