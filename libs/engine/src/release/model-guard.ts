import { DomainError } from '#libs/kernel';
import { parseKeptPolicy } from '#libs/rollout';
import type { Authority } from '../access/authority.ts';
import { effectivePolicy } from './release-authority.ts';
import type { ModelRecord } from '../ports/records.ts';

/** What a model has that guards its releases, in words; `null`: nothing that another model would not have. */
function guardsOf(model: ModelRecord): string | null {
  if (model.primaryHistory.length > 0) return 'it has served';
  const documents = {
    policy: model.policy,
    'golden requests': model.golden,
    'caller rules': model.callers,
    prices: model.prices,
    environment: model.environment,
    'release settings': model.releaseSettings,
  };
  const own = Object.entries(documents).filter(([, value]) => value !== null);
  return own.length === 0 ? null : `it has ${own.map(([name]) => name).join(' and ')} of its own`;
}

/** A policy that was stored by other rules and is none any more asks for as much as any could. */
function asksForFourEyes(model: ModelRecord): boolean {
  try {
    return parseKeptPolicy(effectivePolicy(model)).fourEyes;
  } catch (error) {
    if (error instanceof DomainError) return true;
    throw error;
  }
}

/**
 * Another model of the same name would have none of its guards, so whoever only submits may take away
 * just what has none. Four eyes are taken away by an admin only, and so is a model that asks for them:
 * whoever makes it anew could release alone.
 * @throws DomainError `model_guarded`
 */
export function assertMayTakeAway(model: ModelRecord, what: string, authority: Authority): void {
  if (authority !== 'admin' && asksForFourEyes(model))
    throw new DomainError(
      'forbidden',
      'model_guarded',
      `Only an admin has "${model.name}" ${what}: its policy asks for four eyes, and a new model of this name would not.`,
    );
  if (authority !== 'admin' && model.environment?.after)
    throw new DomainError(
      'forbidden',
      'model_guarded',
      `Only an admin has "${model.name}" ${what}: it takes only what is proven in "${model.environment.after.name}", and a new model of this name would not.`,
    );
  const guards = authority === 'submit' ? guardsOf(model) : null;
  if (guards === null) return;
  throw new DomainError(
    'forbidden',
    'model_guarded',
    `Only an operator or an admin has "${model.name}" ${what}: ${guards}.`,
  );
}

/** @throws DomainError `release_settings_guarded` for somebody who only submits */
export function assertMaySetReleases(authority: Authority): void {
  if (authority !== 'submit') return;
  throw new DomainError(
    'forbidden',
    'release_settings_guarded',
    'How versions from MLflow are released (autoRollout, primaryAliasStartsRollout, servingUrlTemplate), and how their answers are read (outputSpec), is set by an operator or an admin.',
  );
}

/**
 * A check may compare a version's metrics with the primary's: then whoever submits the one does not
 * rewrite the other.
 * @throws DomainError `metrics_guarded`
 */
export function assertMayMeasure(
  model: ModelRecord,
  version: number,
  metrics: readonly string[],
  authority: Authority,
): void {
  if (authority !== 'submit' || !model.primaryHistory.includes(version)) return;
  const checks = parseKeptPolicy(effectivePolicy(model)).steps.find((step) => step.kind === 'checks');
  const compared = metrics.filter((metric) => Object.hasOwn(checks?.metrics ?? {}, metric));
  if (compared.length === 0) return;
  throw new DomainError(
    'forbidden',
    'metrics_guarded',
    `Version ${version} of "${model.name}" has served, and its ${compared.join(', ')} ${compared.length === 1 ? 'is' : 'are'} what newer versions are checked against. An operator or an admin may change that.`,
  );
}
