import { AT_ONCE_POLICY_DOCUMENT } from '#libs/rollout';
import { whyUnconfigured } from './abilities.ts';
import { endRollout } from './end-rollout.ts';
import { holdQueuedOnRecord } from './hold-queued.ts';
import { lockModel } from './lookup.ts';
import { policyHash } from './policy-hash.ts';
import { policyOf } from './policy-of.ts';
import type { ServingProbe, Stores, UnitOfWork } from './ports.ts';
import { answering, probeTargets, waysBack } from './proven-primary.ts';
import { heldByEnvironment } from './proven-before.ts';
import { whyUnpriced } from './prices.ts';
import { lookAfter } from './readiness/look-after.ts';
import type { Probes } from './readiness/probes.ts';
import { withProbes } from './readiness/with-probes.ts';
import type { ModelRecord, RolloutRecord } from './records.ts';
import { startsLater } from './start-at.ts';

/**
 * Lets a queued rollout take the place of one that bakes, whose policy says `supersede`; one that waited for its date
 * takes the place of any such rollout, but for an admin's promotion or way back, when its time has come. The version in bake
 * is not proven, so the last proven primary that answers serves again first; the newer version is compared
 * with that one, and falls back to it. As long as none answers, the bake goes on, watched, and the queued
 * rollout says what it waits for.
 * @returns whether the rollout before it was ended, so that the queued rollout may go on
 */
export async function takeOverBake(
  ports: { readonly uow: UnitOfWork; readonly serving: ServingProbe },
  rolloutId: string,
): Promise<boolean> {
  const model = await ports.uow.read(async (stores) => {
    const queued = await stores.rollouts.find(rolloutId);
    const found = queued && (await stores.models.find(queued.model));
    return found && (await placeOf(stores, found, rolloutId)) ? found : null;
  });
  if (!model) return false;
  const wasTaken = await withProbes(
    () => probeTargets(ports, model.name, { back: 'from_bake' }),
    (probes) =>
      ports.uow.run(async (stores) => {
        const locked = await lockModel(stores, model.name);
        const found = await placeOf(stores, locked, rolloutId);
        return found !== null && takeOver(stores, locked, found, probes);
      }),
  );
  if (wasTaken) await lookAfter(ports, model.name, { primary: model.primary, proven: false });
  return wasTaken;
}

const AT_ONCE_HASH = policyHash(AT_ONCE_POLICY_DOCUMENT);

/** An admin's promotion, or way back, that is not carried out yet: its version is still being deployed. */
const isAdminsWord = (live: RolloutRecord): boolean =>
  live.intent === 'rollback' || live.policyHash === AT_ONCE_HASH;

interface Place {
  readonly live: RolloutRecord;
  readonly queued: RolloutRecord;
}

/** The rollout whose place this one may take now; `null`: none. */
async function placeOf(stores: Stores, model: ModelRecord, rolloutId: string): Promise<Place | null> {
  const live = await stores.rollouts.findLive(model.id);
  if (live === null || policyOf(live).onNewVersion !== 'supersede') return null;
  const queued = await stores.rollouts.nextQueued(model.id);
  if (queued?.id !== rolloutId || startsLater(queued, await stores.now())) return null;
  // What could not start afterwards ends nothing.
  if (live.state !== 'baking' && whyUnpriced(queued, model) !== null) return null;
  if ((await whyUnconfigured(stores, queued, model)) !== null) return null;
  if ((await heldByEnvironment(stores, model, queued)) !== null) return null;
  const isItsDate = queued.startAt !== null && !isAdminsWord(live);
  return live.state === 'baking' || isItsDate ? { live, queued } : null;
}

async function takeOver(
  stores: Stores,
  model: ModelRecord,
  { live, queued }: Place,
  probes: Probes,
): Promise<boolean> {
  if (live.state !== 'baking') {
    const because = `version ${queued.version} was released`;
    await endRollout(stores, model, live, { state: 'superseded', because, actor: queued.createdBy });
    return true;
  }
  const ways = await waysBack(stores, model);
  if (answering(ways, probes)) {
    const because = `version ${queued.version} was released; version ${live.version} had not ended its bake`;
    await endRollout(stores, model, live, {
      state: 'superseded',
      because,
      actor: queued.createdBy,
      probes,
    });
    return true;
  }
  const numbers = ways.there.map(({ version }) => version.version).join(', ') || 'none';
  const because = `it waits until version ${live.version} has baked: of the proven primaries before it (${numbers}) none answers, so nothing could serve in its place`;
  await holdQueuedOnRecord(stores, queued, because, await stores.now());
  return false;
}
