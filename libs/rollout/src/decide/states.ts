/** Where a rollout stands. */
export const ROLLOUT_STATES = [
  'pending',
  'running',
  'paused',
  'awaiting_approval',
  'baking',
  'succeeded',
  'rolled_back',
  'aborted',
  'superseded',
] as const;
export type RolloutState = (typeof ROLLOUT_STATES)[number];

export const LIVE_STATES: readonly RolloutState[] = [
  'pending',
  'running',
  'paused',
  'awaiting_approval',
  'baking',
];

/** Has the rollout not ended yet? */
export function isLive(state: RolloutState): boolean {
  return LIVE_STATES.includes(state);
}
