/** Where a rollout stands. */
export type RolloutState =
  | 'pending'
  | 'running'
  | 'paused'
  | 'awaiting_approval'
  | 'baking'
  | 'succeeded'
  | 'rolled_back'
  | 'aborted'
  | 'superseded';

const LIVE: readonly RolloutState[] = ['pending', 'running', 'paused', 'awaiting_approval', 'baking'];
export const LIVE_STATES: readonly RolloutState[] = LIVE;

/** Has the rollout not ended yet? */
export function isLive(state: RolloutState): boolean {
  return LIVE.includes(state);
}
