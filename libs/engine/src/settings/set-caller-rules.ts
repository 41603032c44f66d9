import { DomainError } from '#libs/kernel';
import { type CallerRules, DEFAULT_CALLER_RULES } from '#libs/traffic';
import { lockModel } from '../registry/lookup.ts';
import type { Stores } from '../ports/ports.ts';
import { documentHash } from './policy-hash.ts';
import { staying } from '../readiness/probes.ts';
import { publishRoute } from '../routing/publish-route.ts';

/**
 * Replaces how a model's callers are told apart, and which of their requests are predictions; in force at once: gateways get a new route revision.
 * @throws DomainError `rollout_running` when units would change while a rollout counts on them: who is
 * on which arm would be dealt anew, or other requests counted, in the middle of the evidence
 */
export async function setCallerRules(
  stores: Stores,
  modelName: string,
  rules: CallerRules,
  actor: string,
): Promise<CallerRules> {
  const model = await lockModel(stores, modelName);
  const before = model.callers ?? DEFAULT_CALLER_RULES;
  if (same(before, rules)) return rules;
  const live = await stores.rollouts.findLive(model.id);
  if (live)
    throw new DomainError(
      'conflict',
      'rollout_running',
      `Rollout ${live.id} of version ${live.version} runs, and its evidence counts on who is on which arm and on what a prediction is. Wait for its end, or abort it.`,
    );
  await stores.models.update(model.id, { callers: rules });
  const event = { modelId: model.id, rolloutId: null, type: 'model.callers_replaced', actor };
  const hashes = { before: documentHash(model.callers), after: documentHash(rules) };
  await stores.events.append({ ...event, data: { callers: rules, ...hashes } });
  const route = await stores.routes.find(model.id);
  if (route) {
    const { rolloutId, reading, salt } = route;
    await publishRoute(
      stores,
      { ...model, callers: rules },
      { ...staying(route), rolloutId, reading, salt, stepIndex: null },
    );
  }
  return rules;
}

const same = (a: CallerRules, b: CallerRules): boolean =>
  a.repeatable === b.repeatable &&
  a.unit.from === b.unit.from &&
  a.unit.name === b.unit.name &&
  JSON.stringify(listsOf(a)) === JSON.stringify(listsOf(b));

const listsOf = ({ predictions }: CallerRules): unknown => [
  predictions?.methods ?? null,
  predictions?.paths ?? null,
];
