import { byLikeness } from '../http/bodies/nearest-name.ts';

const types = (of: string, names: string): readonly string[] =>
  names.split(' ').map((name) => `${of}.${name}`);

/** What can be subscribed to, by the names that it has outside. `event-types.test.ts` reads the code for others. */
export const EVENT_TYPES: readonly string[] = [
  ...types('rollout', 'created waits dequeued not_started checked advanced step_started start_period_over'),
  ...types('rollout', 'clock_stopped clock_resumed traffic_paused hold_back_missing judged'),
  ...types('rollout', 'paused resumed rescheduled approved approval_voided'),
  ...types('rollout', 'freeze_overridden environment_overridden'),
  ...types('rollout', 'promoted succeeded rolled_back aborted superseded'),
  ...types('gate', 'judged'),
  ...types('primary', 'unreachable reachable'),
  ...types(
    'version',
    'registered edited deleted ready not_ready serving_set metrics_added output_spec_replaced',
  ),
  ...types('alias', 'set removed'),
  ...types('model', 'created edited renamed deleted retired unretired policy_replaced golden_replaced'),
  ...types('model', 'prices_replaced segments_replaced callers_replaced environment_replaced'),
  ...types('subscription', 'added changed removed disabled secret_rotated'),
  ...types('source', 'added removed'),
  ...types('token', 'issued rotated revoked'),
  ...types('share', 'issued'),
  ...types('user', 'logged_in logged_out'),
  ...types('ci', 'logged_in'),
  ...types('access', 'refused'),
];

const MOST_NAMED = 3;
const GROUPS = [...new Set(EVENT_TYPES.map((type) => `${type.split('.')[0]}.*`))];

/** What is wrong with a type or prefix (ends with `*`) that no event has, with the nearest ones; `null`: some have it. */
export function eventPatternMistake(pattern: string): string | null {
  const prefix = pattern.endsWith('*') ? pattern.slice(0, -1) : null;
  const isKnown = EVENT_TYPES.some((type) => (prefix === null ? type === pattern : type.startsWith(prefix)));
  if (isKnown) return null;
  const nearest = byLikeness(pattern, [...EVENT_TYPES, ...GROUPS]).slice(0, MOST_NAMED);
  return `no event is called ${JSON.stringify(pattern)}; the nearest are ${nearest.map(({ name }) => name).join(', ')}`;
}
