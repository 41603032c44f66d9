import type { Stores } from '../ports/ports.ts';
import type { ModelRecord, RolloutRecord } from '../ports/records.ts';
import { CANNOT_START, whatItLacks } from '../queue/queue-turn.ts';
import { heldByEnvironment } from '../routing/proven-before.ts';

/**
 * What keeps a live rollout where it is although its decision is to go on, or will once a person, a date or its minima let it go on. What a
 * decision itself waits for is in the decision's words (`decide`). A new one does not compile without its row in `HINDRANCES`.
 */
export type Hindrance =
  /** Its artifact is not proven (any more) in the environment before. */
  | 'environment'
  /** It is queued, and lacks something besides its turn: prices, workers that can judge its gates, its proof in the environment before. */
  | 'start'
  /** Its server does not answer. */
  | 'server'
  /** It must go back, and no version that it could go back to answers. */
  | 'way_back'
  /** Not all of its release group have come as far. */
  | 'release_group';

/** How an answer finds out that it is so, in whatever state the rollout is. */
type Asked = (stores: Stores, model: ModelRecord, rollout: RolloutRecord) => Promise<string | null>;

/** Found by the worker's look only, which asks servers, or locks several models. What that has noted stands until the rollout moves. */
const NOTED = null;

const HINDRANCES: Readonly<Record<Hindrance, Asked | typeof NOTED>> = {
  async environment(stores, model, rollout) {
    // A bake has been promoted already, and one that is queued lacks it at its start.
    if (rollout.state === 'baking' || rollout.queued) return null;
    const held = await heldByEnvironment(stores, model, rollout);
    return held && `it goes no further: ${held}`;
  },
  async start(stores, model, rollout) {
    if (!rollout.queued) return null;
    const lacks = await whatItLacks(stores, model, rollout, await stores.rollouts.findLive(model.id));
    return lacks && CANNOT_START + lacks;
  },
  server: NOTED,
  way_back: NOTED,
  release_group: NOTED,
};

/**
 * What keeps a rollout where it is, whatever else it waits for: a paused one that is not proven before goes no further when a person lets it
 * go on, and says so while it is paused.
 */
export async function hindrancesOf(stores: Stores, rollout: RolloutRecord): Promise<readonly string[]> {
  const model = await stores.models.find(rollout.model);
  // Its model was renamed this moment.
  if (model?.id !== rollout.modelId) return [];
  const found: string[] = [];
  for (const ask of Object.values(HINDRANCES)) {
    const why = ask === NOTED ? null : await ask(stores, model, rollout);
    if (why !== null) found.push(why);
  }
  return found;
}
