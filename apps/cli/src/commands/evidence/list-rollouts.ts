import { allPages } from '#libs/client';
import { type Context, dataOf, type Output, printList } from '../../context.ts';
import { ago } from '../../table.ts';
import type { Rollout } from '../../track.ts';

const MOST = 200;

/** @param model `null`: of all models @param which those that have not ended, those that have, or all */
export async function listRollouts(
  it: Context,
  output: Output,
  model: string | null,
  which: 'live' | 'ended' | 'all',
): Promise<void> {
  const all = await allPages<Rollout>(
    async (pageToken) =>
      model === null
        ? dataOf(
            await it.client.GET('/api/v1/rollouts', {
              params: { query: { pageToken, ...(which === 'all' ? {} : { [which]: 'true' }) } as never },
            }),
          )
        : dataOf(
            await it.client.GET('/api/v1/models/{model}/rollouts', {
              params: { path: { model }, query: { pageToken } as never },
            }),
          ),
    MOST,
  );
  const shown =
    which === 'all' ? all : all.filter(({ endedAt }) => (endedAt === null) === (which === 'live'));
  const empty = {
    live: 'No rollout is under way.',
    ended: 'No rollout has ended yet.',
    all: `${model ?? 'Nothing'} has had no rollout yet.`,
  }[which];
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
