import { allPages } from '#libs/client';
import { type Context, dataOf, type Output, printList } from '../../context.ts';
import { ago } from '../../table.ts';
import type { Rollout } from '../../track.ts';

const MOST = 200;

/** @param model `null`: of all models @param isLive of all: those that have not ended */
export async function listRollouts(
  it: Context,
  output: Output,
  model: string | null,
  isLive: boolean,
): Promise<void> {
  const all = await allPages<Rollout>(
    async (pageToken) =>
      model === null
        ? dataOf(
            await it.client.GET('/api/v1/rollouts', {
              params: { query: { pageToken, live: isLive ? 'true' : 'false' } as never },
            }),
          )
        : dataOf(
            await it.client.GET('/api/v1/models/{model}/rollouts', {
              params: { path: { model }, query: { pageToken } as never },
            }),
          ),
    MOST,
  );
  const shown = isLive ? all.filter(({ endedAt }) => endedAt === null) : all;
  const empty = isLive ? 'No rollout is under way.' : `${model ?? 'Nothing'} has had no rollout yet.`;
  printList(
    it,
    output,
    shown,
    model === null ? { model: (one: Rollout) => one.model, ...COLUMNS } : COLUMNS,
    empty,
  );
}

const COLUMNS = {
  rollout: (rollout: Rollout) => rollout.id,
  version: (rollout: Rollout) => rollout.version,
  state: (rollout: Rollout) => rollout.state,
  step: (rollout: Rollout) => (rollout.step ? `${rollout.step.index + 1} ${rollout.step.kind}` : null),
  started: (rollout: Rollout) => ago(rollout.createdAt, Date.now()),
  because: (rollout: Rollout) => rollout.waitingFor ?? rollout.decision?.because ?? rollout.reason,
};
