import { policyOf } from '#libs/engine';
import { Breach } from '../../support/memory/breach.ts';
import type { MemoryState } from '../../support/memory/memory-state.ts';
import { FROZEN_MS } from '../commands/policies.ts';

/** Looking at the clock and writing the event lie this far apart at most. */
const BETWEEN_MS = 500;

/**
 * Nothing goes forward in a freeze: the engine never, a person only by saying so, on the record. The windows of policy 3 begin with
 * every minute. Mutants: `freeze-is-skipped`, `person-walks-through-freeze`. @throws Breach
 */
export function checkFreezes(state: MemoryState): void {
  for (const { rolloutId, type, actor, data, at } of [...state.events.values()].flat()) {
    const rollout = state.rollouts.get(rolloutId ?? '');
    if (!rollout || policyOf(rollout).freeze.length === 0 || rollout.overridesFreeze) continue;
    if (type !== 'rollout.advanced' && type !== 'rollout.promoted') continue;
    const look = data['look'] as { now: number } | null | undefined;
    const decidedAt = actor === 'engine' ? (look?.now ?? at) : at;
    const intoMinute = decidedAt % 60_000;
    const isFrozen = intoMinute < FROZEN_MS && (actor === 'engine' || intoMinute > BETWEEN_MS);
    if (!isFrozen || /overriding the freeze/.test(String(data['because']))) continue;
    throw new Breach(`${rollout.model} ${rollout.version}: ${type} by ${actor} in a freeze`);
  }
}
