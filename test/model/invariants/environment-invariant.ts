import { type ChainLink, policyOf, type VersionRecord } from '#libs/engine';
import { Breach } from '../../support/memory/breach.ts';
import type { MemoryState } from '../../support/memory/memory-state.ts';
import { newEvents } from './new-events.ts';

const FORWARD = new Set(['rollout.created', 'rollout.dequeued', 'rollout.advanced', 'rollout.promoted']);

/**
 * A version is released, and goes on, only while its very artifact is proven in the environment before (ADR 27), or by an admin's word
 * for that. Looked at in each transaction, by terms as primary and by what the record says was found in these bytes last.
 * Mutants: `released-unproven`, `proven-once-is-enough`, `any-primary-will-do`, `older-proof-outlives`, `gone-back-is-proven`, `harm-takes-no-proof`,
 * `coming-back-proves`,
 * `waits-past-environment`, `person-walks-past-environment`, `group-walks-past-environment`. @throws Breach
 */
export function checkEnvironments(before: MemoryState, after: MemoryState): void {
  for (const model of after.models.values()) {
    const earlier = model.environment?.after;
    if (!earlier) continue;
    for (const event of newEvents(before, after, model.id)) {
      const rollout = after.rollouts.get(event.rolloutId ?? '');
      if (!rollout || !FORWARD.has(event.type) || isByAdmin(event)) continue;
      if (rollout.intent === 'rollback' || rollout.overridesEnvironment) continue;
      const digest = after.versions.get(`${model.id} ${rollout.version}`)?.artifact?.digest;
      // As it stood when the transaction began: a group may take the environment before along.
      if (digest !== undefined && isProvenIn(before, earlier.id, digest)) continue;
      const step = policyOf(rollout).steps[rollout.stepIndex]?.kind ?? '';
      throw new Breach(
        `${model.name} ${rollout.version}: ${event.type} (${step}), and it is not proven in ${earlier.name}`,
      );
    }
  }
}

/** Whoever promotes at once says so for that version alone. */
const isByAdmin = ({ data }: ChainLink): boolean => /^admin promotes version/.test(String(data['because']));

/** Is it proven there now: nothing was found in these bytes since their last proof, and the model has not gone back from it? */
export function isProvenIn(state: MemoryState, modelId: string, digest: string): boolean {
  const has = (one: Pick<VersionRecord, 'modelId' | 'artifact'>): boolean =>
    one.modelId === modelId && one.artifact?.digest === digest;
  const present = [...state.versions.values()].filter(has);
  const numbers = [...present, ...[...state.deleted.values()].filter(has)].map(({ version }) => version);
  const term = state.terms.findLast((one) => one.modelId === modelId && numbers.includes(one.version));
  const model = [...state.models.values()].find(({ id }) => id === modelId);
  const isThere = present.length > 0 && model?.primaryHistory.includes(term?.version ?? 0) === true;
  return term?.proven === true && isThere && lastFound(state, modelId, new Set(numbers)) === 'proof';
}

/** What the record says was found last in any version that has the bytes. */
function lastFound(
  state: MemoryState,
  modelId: string,
  numbers: ReadonlySet<unknown>,
): 'proof' | 'harm' | null {
  let found: 'proof' | 'harm' | null = null;
  const begun = new Set<string>();
  for (const { type, rolloutId, data } of state.events.get(modelId) ?? []) {
    const isBack = state.rollouts.get(rolloutId ?? '')?.intent === 'rollback';
    const isOff = type === 'rollout.rolled_back' && begun.has(rolloutId ?? '');
    if (type === 'rollout.advanced' || type === 'rollout.promoted') begun.add(rolloutId ?? '');
    // Out of a bake that was undone, and off a primary that was gone back from.
    if (numbers.has(data['version']) && (isOff || (data['restored'] ?? null) !== null)) found = 'harm';
    if (
      type === 'rollout.promoted' &&
      isBack &&
      numbers.has(data['from']) &&
      data['from'] !== data['version']
    )
      found = 'harm';
    // What comes back is as it was; but an admin's word for what was never looked at is one.
    if (type === 'rollout.succeeded' && numbers.has(data['version']) && (!isBack || found === null))
      found = 'proof';
  }
  return found;
}
