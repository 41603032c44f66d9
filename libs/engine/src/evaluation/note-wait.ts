import type { Verdict } from './verdict.ts';
import type { Hindrance } from './hindrances.ts';
import type { Stores } from '../ports/ports.ts';

/**
 * What keeps a decision from being carried out is said once, and tried again at every look.
 * @param by what it is kept by: `hindrances.ts` says how an answer knows of it
 * @param waits the same in words, for people
 */
export async function noteWait(
  stores: Stores,
  { rollout, decision }: Verdict,
  by: Hindrance,
  waits: string,
): Promise<boolean> {
  const { verdicts } = decision;
  const because = `${decision.because}; ${waits}`;
  const { revision } = rollout;
  const noted = { verdicts, decision: { kind: 'hold' as const, because, at: await stores.now(), revision } };
  if (!(await stores.rollouts.note(rollout.id, rollout.revision, noted))) return false;
  if (rollout.decision?.because.endsWith(waits)) return false;
  await stores.events.append({
    modelId: rollout.modelId,
    rolloutId: rollout.id,
    type: 'rollout.waits',
    actor: 'engine',
    data: { version: rollout.version, because, verdicts },
  });
  return false;
}
