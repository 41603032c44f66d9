import { isOutage, type OutageRecord, type RolloutRecord, type Stores } from '#libs/engine';
import { formatInstant } from '#libs/kernel';
import { isLive } from '#libs/rollout';

const WHAT: Readonly<Record<OutageRecord['cause'], string>> = {
  ...{ unreachable: 'answers nobody', failing: 'answers errors only', not_ready: 'is not ready' },
};

/**
 * What it means for each of these rollouts that its model's primary is out, in words: there is nobody to compare with.
 * @returns by the rollout's id; those are missing whose primary answers, or that are queued or have ended
 */
export async function silentPrimaries(
  stores: Stores,
  rollouts: readonly RolloutRecord[],
): Promise<ReadonlyMap<string, string>> {
  const asked = rollouts.filter(({ state, queued }) => isLive(state) && !queued);
  if (asked.length === 0) return new Map();
  const outages = await stores.outages.ofModels([...new Set(asked.map(({ modelId }) => modelId))]);
  return new Map(
    asked.flatMap(({ id, modelId, state, version, from }) => {
      const outage = outages.get(modelId);
      const primary = state === 'baking' ? version : from;
      if (!outage || !isOutage(outage) || outage.version !== primary) return [];
      return [[id, wordsOf(outage)] as const];
    }),
  );
}

const wordsOf = ({ version, cause, scope, since }: OutageRecord): string =>
  `the primary, version ${version}, ${WHAT[cause]}${scope === 'some' ? ' at some gateways' : ''} since ${formatInstant(since)}`;
