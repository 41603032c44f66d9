import type { StreamEvent } from '#libs/client';

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
  // Several of these a second of each rollout: they change what is on its way, and no model. The list of models has what serves, and whether it
  // answers: the events "primary.…".
  if (OF_A_STEP.test(type)) keys.push(['overview', 'rollouts']);
  else if (/^(model|alias|primary|rollout)\./.test(type)) keys.push(['overview']);
  if (rolloutId !== null) keys.push(['rollout', rolloutId]);
  if (type.startsWith('token.')) keys.push(['tokens']);
  if (type.startsWith('subscription.')) keys.push(['subscriptions']);
  return keys;
}
