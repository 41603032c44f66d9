import { z } from 'zod';
import { effectivePolicy, type ModelRecord, type Stores, trafficSeen } from '#libs/engine';
import { callersSeen, parseKeptPolicy, type Policy, tightens, undilutedBudget } from '#libs/rollout';

export const comparedAnswer = z
  .looseObject({
    requestsPerSecond: z
      .number()
      .nullable()
      .describe('By the steps of its latest rollouts; null: not known yet'),
    callers: z
      .int()
      .nullable()
      .describe('Distinct units in a step of its latest rollouts; null: not known yet'),
    changes: z
      .array(
        z.looseObject({
          pointer: z.string(),
          kind: z.enum(['looser', 'tighter']),
          before: z.string(),
          after: z.string(),
        }),
      )
      .describe("In what this policy is looser, or tighter, than the model's present one"),
  })
  .meta({ id: 'ComparedPolicy' });

/** How many rollouts are asked who has called. */
const LATEST = { pageSize: 3, pageToken: null };

/** What is known of a model's traffic, for the plan of a policy that it may get. */
export async function trafficOf(stores: Stores, { id }: Pick<ModelRecord, 'id'>) {
  const { items } = await stores.rollouts.list({ modelId: id }, LATEST);
  const evidence = await stores.evidence.ofRollouts(items.map((one) => one.id));
  const callers = Math.max(0, ...[...evidence.values()].map(callersSeen));
  return {
    requestsPerSecond: await trafficSeen(stores, id),
    callers: callers === 0 ? null : Math.round(callers),
  };
}

/** In what a policy is looser than the model's present one, and in what tighter: by the order that releases are held to. */
export function changesTo(model: Pick<ModelRecord, 'policy'>, after: Policy) {
  const before = parseKeptPolicy(effectivePolicy(model));
  const looser = tightens({ ...after, ...undilutedBudget(after, before) }, before);
  const tighter = tightens({ ...before, ...undilutedBudget(before, after) }, after);
  return [
    ...looser.map(({ field, release, model: was }) => change('looser', field, was, release)),
    ...tighter.map(({ field, release: was, model: now }) => change('tighter', field, was, now)),
  ];
}

const change = (kind: 'looser' | 'tighter', pointer: string, before: string, after: string) => ({
  pointer,
  kind,
  before,
  after,
});
