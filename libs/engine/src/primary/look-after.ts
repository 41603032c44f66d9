import { ENGINE } from '../access/engine-actor.ts';
import { lockModel } from '../registry/lookup.ts';
import { atOnce, type MovedPrimary } from './at-once.ts';
import type { ServingProbe, Stores, UnitOfWork } from '../ports/ports.ts';
import { probeTargets, waysBack } from '../routing/proven-primary.ts';
import { routeTarget } from '../routing/publish-route.ts';
import type { ModelRecord } from '../ports/records.ts';
import type { Probes } from '../readiness/probes.ts';

/** So often a new primary may miss before callers are taken elsewhere: one lost packet is no outage. */
const LOOKS = 2;
/** Dead servers that callers are taken on from, one after the other. */
const MOST_MOVES = 3;

/** Which version was primary before callers were moved, and by when it was known to be proven. */
export interface Before {
  readonly primary: number | null;
  readonly proven: boolean;
  /** What the model could go back to then. Left out: the move is one that nothing brings back. */
  readonly history?: readonly number[];
}

/** What is to be known of a model before its primary is moved. In the transaction that moves it. */
export async function beforeMove(
  stores: Stores,
  { id, primary, primaryHistory: history }: ModelRecord,
): Promise<Before> {
  if (primary === null) return { primary, proven: false };
  const [term] = await stores.models.newestTerms(id, [primary]);
  return { primary, proven: term?.proven === true, history };
}

/**
 * The second look, after a switch: the new primary may have died between the probe and the switch. Callers go on to the newest proven
 * version that answers then, or return to the one from before, if that was proven. One whose bake was just undone gets none back.
 * Between transactions; as long as two probes take.
 * @returns what was done, `outcome` in words that follow on those of the move; `null`: the primary answers, was not moved, or another
 *   rollout has begun
 */
export async function lookAfter(
  ports: { readonly uow: UnitOfWork; readonly serving: ServingProbe },
  modelName: string,
  before: Before,
): Promise<MovedPrimary | null> {
  let done: MovedPrimary | null = null;
  for (let moves = 0; moves < MOST_MOVES; moves++) {
    const to = (await ports.uow.read((stores) => stores.models.find(modelName)))?.primary ?? null;
    if (to === null || to === before.primary || (await answersSoon(ports, modelName, to))) return done;
    const versions = [to, ...(before.proven && before.primary !== null ? [before.primary] : [])];
    const probes = await probeTargets(ports, modelName, { versions, back: 'from_primary' });
    const moved = await ports.uow.run((stores) => moveOn(stores, modelName, { to, before, probes }));
    if (moved === null) return done;
    done = done === null ? moved : { ...moved, outcome: `${done.outcome}; ${moved.outcome}` };
    if (moved.primary === to) return done;
  }
  return done;
}

async function answersSoon(
  ports: { readonly uow: UnitOfWork; readonly serving: ServingProbe },
  modelName: string,
  version: number,
): Promise<boolean> {
  for (let look = 0; look < LOOKS; look++) {
    const probes = await probeTargets(ports, modelName, { versions: [version] });
    const isUp = await ports.uow.read(async (stores) => {
      const model = await stores.models.find(modelName);
      const route = model && (await stores.routes.find(model.id));
      return !route || route.primary.version !== version || probes.isUp(route.primary);
    });
    if (isUp) return true;
  }
  return false;
}

/** Takes callers away from a primary that does not answer, unless somebody has moved it meanwhile. */
async function moveOn(
  stores: Stores,
  modelName: string,
  { to, before, probes }: { readonly to: number; readonly before: Before; readonly probes: Probes },
): Promise<MovedPrimary | null> {
  const model = await lockModel(stores, modelName);
  const route = await stores.routes.find(model.id);
  if (model.primary !== to || route === null || probes.isUp(route.primary)) return null;
  if ((await stores.rollouts.findLive(model.id)) !== null) return null;
  const died = `version ${to} answered, and ${probes.why(to)} since callers were sent there`;
  const target = await whereTo(stores, model, before, probes);
  if (target === null)
    return {
      primary: to,
      rollout: null,
      outcome: `${died}; no other proven version answers either. Start a model server`,
    };
  const reason = `${died}; version ${target} answers`;
  const moved = await atOnce(
    stores,
    model,
    { version: target, intent: 'rollback', reason, actor: ENGINE },
    probes,
  );
  // The move is undone, so the model can go back to whatever it could before, also to the server that is dead by now.
  if (target === before.primary && before.history && moved.primary === target)
    await stores.models.update(model.id, { primaryHistory: before.history });
  return { ...moved, outcome: `${died}; ${moved.outcome}` };
}

/** The newest proven version that answers, else the one from before. */
async function whereTo(
  stores: Stores,
  model: ModelRecord,
  before: Before,
  probes: Probes,
): Promise<number | null> {
  const { there } = await waysBack(stores, model);
  const numbers = there.map(({ version }) => version.version);
  if (before.proven && before.primary !== null && !numbers.includes(before.primary))
    numbers.push(before.primary);
  for (const number of numbers) {
    const target = number === model.primary ? null : await routeTarget(stores, model, number);
    if (target && probes.isUp(target)) return number;
  }
  return null;
}
