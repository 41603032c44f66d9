import {
  isOutage,
  type ModelRecord,
  NO_RELEASE_SETTINGS,
  type OutageRecord,
  type Stores,
} from '#libs/engine';
import { DEFAULT_POLICY_DOCUMENT } from '#libs/rollout';
import { DEFAULT_CALLER_RULES } from '#libs/traffic';
import { callersView } from './callers.schema.ts';
import { environmentView } from './environment.schema.ts';
import { pricesView } from './prices.schema.ts';

/** What of a model comes and goes by itself, for `WithEtag`. */
export const PASSING = 'primaryOutage';

/** A model as the API shows it, without what comes and goes by itself. */
export function modelView(model: ModelRecord) {
  const {
    name,
    description,
    tags,
    primary,
    retirement,
    policy,
    callers,
    prices,
    environment,
    createdAt,
    updatedAt,
  } = model;
  return {
    name,
    description,
    tags,
    primary,
    retirement: retirement && { ...retirement, at: new Date(retirement.at).toISOString() },
    policy: policy ?? DEFAULT_POLICY_DOCUMENT,
    callers: callersView(callers ?? DEFAULT_CALLER_RULES),
    prices: pricesView(prices),
    environment: environment && environmentView(environment),
    // Settings of before may lack what has come since.
    ...NO_RELEASE_SETTINGS,
    ...model.releaseSettings,
    createdAt: new Date(createdAt).toISOString(),
    updatedAt: new Date(updatedAt).toISOString(),
  };
}

/** Models as the API shows them, with how their primaries are. */
async function shownModels(stores: Stores, models: readonly ModelRecord[]) {
  const outages = models.length === 0 ? null : await stores.outages.ofModels(models.map(({ id }) => id));
  return models.map((model) => ({
    ...modelView(model),
    [PASSING]: outageView(outages?.get(model.id) ?? null, model.primary),
  }));
}

/** As a list has them: each with the rollout that is on its way. */
export async function listedModels(stores: Stores, models: readonly ModelRecord[]) {
  const [shown, live] = [
    await shownModels(stores, models),
    await stores.rollouts.liveOfModels(models.map(({ id }) => id)),
  ];
  return shown.map((one, i) => ({ ...one, liveRollout: live.get(models[i]?.id ?? '') ?? null }));
}

export async function shownModel(stores: Stores, model: ModelRecord) {
  const [shown] = await shownModels(stores, [model]);
  return shown;
}

const iso = (at: number): string => new Date(at).toISOString();

/** An outage of the version that serves; the worker ends that of one that did before. */
function outageView(outage: OutageRecord | null, primary: number | null) {
  if (outage === null || outage.version !== primary || !isOutage(outage)) return null;
  const { version, since, cause, scope, because, gateways, announcedAt } = outage;
  return {
    ...{ version, since: iso(since), cause, scope, because },
    gateways: gateways.map((one) => ({ ...one, since: iso(one.since) })),
    announcedAt: announcedAt === null ? null : iso(announcedAt),
  };
}
