import { policyHash } from '#libs/engine';
import { AT_ONCE_POLICY_DOCUMENT } from '#libs/rollout';
import { Breach } from '../../support/memory/breach.ts';
import type { MemoryState } from '../../support/memory/memory-state.ts';
import { newEvents } from './new-events.ts';

const AT_ONCE_HASH = policyHash(AT_ONCE_POLICY_DOCUMENT);

/**
 * What an admin has said, and is not carried out yet since its version is being deployed, gives way to another word of an admin only:
 * to no release, of one model or of a group, now or at a date. Mutants: `release-undoes-word`, `dated-undoes-word`. @throws Breach
 */
export function checkAdminsWords(before: MemoryState, after: MemoryState): void {
  for (const model of after.models.values())
    for (const { type, rolloutId, data } of newEvents(before, after, model.id)) {
      const rollout = before.rollouts.get(rolloutId ?? '');
      if (type !== 'rollout.superseded' || !rollout || rollout.queued) continue;
      if (rollout.intent !== 'rollback' && rollout.policyHash !== AT_ONCE_HASH) continue;
      if (/^admin /.test(String(data['because']))) continue;
      throw new Breach(
        `${model.name} ${rollout.version}: an admin's ${rollout.intent} was superseded: ${String(data['because'])}`,
      );
    }
}
