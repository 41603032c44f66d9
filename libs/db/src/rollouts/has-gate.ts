import type { Gate } from '#libs/rollout';

/** SQL: has the policy of this rollout a gate on the metric? @param rollout the table's alias, of our own choice */
export const hasGate = (rollout: string, metric: Gate['metric']): string =>
  `${rollout}.policy->'gates' @> '[{"metric":"${metric}"}]'::jsonb`;
