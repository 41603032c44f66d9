import type { StreamEvent } from '#libs/client';

/** Events of a rollout that may move a model's primary: to its version, or from its bake back. */
const MOVES_PRIMARY = /^rollout\.(promoted|succeeded|rolled_back|aborted|superseded)$/;

const OF_A_STEP =
  /^rollout\.(judged|checked|waits|step_started|advanced|clock_stopped|clock_resumed|start_period_over)$/;

/** The queries (by their keys, or how these begin) that an event makes out of date. */
export function outdatedBy({
  type,
  model,
  rolloutId,
}: Pick<StreamEvent, 'type' | 'model' | 'rolloutId'>): readonly string[][] {
  const keys: string[][] = [['audit']];
  if (model !== null) keys.push(['model', model]);
  // The list has what serves, and whether it answers: the events "primary.…".
  if (/^(model|alias|primary)\./.test(type) || MOVES_PRIMARY.test(type)) keys.push(['models']);
  // Several of these a second of each rollout: they change what is on its way, and no model.
  if (OF_A_STEP.test(type)) keys.push(['overview', 'rollouts']);
  else if (/^(model|alias|primary|rollout)\./.test(type)) keys.push(['overview']);
  if (rolloutId !== null) keys.push(['rollout', rolloutId]);
  if (type.startsWith('rollout.')) keys.push(['rollouts']);
  if (type.startsWith('token.')) keys.push(['tokens']);
  if (type.startsWith('subscription.')) keys.push(['subscriptions']);
  return keys;
}
