import type { Rollout, Version } from '../../../queries.ts';
import { ENDED_BADLY } from '../../../words.ts';

/**
 * What a version is called in a list: a version that does not serve, and whose latest rollout has ended badly, is what became of it. To the
 * registry both are registered.
 * @param rollouts of its model, the newest first
 */
export function shownState(
  { version, state }: Pick<Version, 'version' | 'state'>,
  rollouts: readonly Pick<Rollout, 'version' | 'state'>[],
): string {
  if (state !== 'registered') return state;
  const last = rollouts.find((one) => one.version === version);
  return last !== undefined && ENDED_BADLY.includes(last.state) ? last.state : state;
}
