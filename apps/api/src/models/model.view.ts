import { type ModelRecord, NO_RELEASE_SETTINGS } from '#libs/engine';
import { DEFAULT_POLICY_DOCUMENT } from '#libs/rollout';
import { DEFAULT_CALLER_RULES } from '#libs/traffic';
import { callersView } from './callers.schema.ts';
import { environmentView } from './environment.schema.ts';
import { pricesView } from './prices.schema.ts';

/** A model as the API shows it. */
export function modelView(model: ModelRecord) {
  const { name, description, tags, primary, policy, callers, prices, environment, createdAt, updatedAt } =
    model;
  return {
    name,
    description,
    tags,
    primary,
    policy: policy ?? DEFAULT_POLICY_DOCUMENT,
    callers: callersView(callers ?? DEFAULT_CALLER_RULES),
    prices: pricesView(prices),
    environment: environment && environmentView(environment),
    ...(model.releaseSettings ?? NO_RELEASE_SETTINGS),
    createdAt: new Date(createdAt).toISOString(),
    updatedAt: new Date(updatedAt).toISOString(),
  };
}
