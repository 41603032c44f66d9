import { isLive, type Action } from '#libs/rollout';
import { type Acted, type ActionRequest, carryOutAction } from '../rollouts/act-on-rollout.ts';
import type { MovedPrimary } from './at-once.ts';
import { lockModel, requireModel, requireRollout } from '../registry/lookup.ts';
import { type AdminWord, promoteVersion, rollBack, type SeenPrimary } from './move-primary.ts';
import type { ServingProbe, Stores, UnitOfWork } from '../ports/ports.ts';
import { probeTargets, type ToProbe } from '../routing/proven-primary.ts';
import { isUnsaidOverride, type Promotion, UNSAID_OVERRIDE } from '../release/through-freeze.ts';
import type { SeenRoute } from './seen-route.ts';
import { unretireModel } from './retire-model.ts';
import { probesOfAction } from '../readiness/assert-ready.ts';
import { beforeMove, lookAfter } from './look-after.ts';
import { Probes } from '../readiness/probes.ts';
import { withProbes } from '../readiness/with-probes.ts';

/* A person's words that send callers to other servers: these are asked before, and again once callers are there. */

interface Ports {
  readonly uow: UnitOfWork;
  readonly serving: ServingProbe;
}

/** An admin's word; `force`: whatever the servers say. */
export type Forceful = Omit<AdminWord, 'probes'> & { readonly force?: boolean };

/** As `promoteVersion`, with what the servers say before and after; the outcome says where it goes through a freeze without a word of it. */
export const promoteAtOnce = (
  ports: Ports,
  model: string,
  version: number,
  { force = false, ...word }: Forceful & SeenRoute & Pick<Promotion, 'overrideFreeze'>,
): Promise<MovedPrimary> =>
  switched(ports, model, { versions: [version], back: 'from_bake' }, force, async (stores, probes) => {
    const isUnsaid = await isUnsaidOverride(stores, await requireModel(stores, model), { ...word, version });
    const moved = await promoteVersion(stores, model, version, { ...word, probes });
    return isUnsaid ? { ...moved, outcome: `${moved.outcome}${UNSAID_OVERRIDE}` } : moved;
  });

/** As `rollBack`, with what the servers say before and after. */
export const goBack = (
  ports: Ports,
  model: string,
  version: number | null,
  { force = false, ...word }: Forceful & SeenPrimary,
): Promise<MovedPrimary> =>
  switched(ports, model, backTo(version), force, (stores, probes) =>
    rollBack(stores, model, version, { ...word, probes }),
  );

/** As `unretireModel`, with what the servers say before and after. */
export const serveAgain = (
  ports: Ports,
  model: string,
  version: number | null,
  { force = false, ...word }: Forceful & SeenRoute,
): Promise<MovedPrimary> =>
  switched(ports, model, backTo(version), force, (stores, probes) =>
    unretireModel(stores, model, version, { ...word, probes }),
  );

/** As `carryOutAction`, with what the servers say before and after. */
export async function actOn(
  ports: Ports,
  rolloutId: string,
  request: Omit<ActionRequest, 'probes'>,
): Promise<Acted> {
  const rollout = await ports.uow.read((stores) => requireRollout(stores, rolloutId));
  const acted = await withProbes(
    () => probesOfAction(ports, rollout, request.action),
    (probes) => ports.uow.run((stores) => carryOutAction(stores, rolloutId, { ...request, probes })),
  );
  if (!endsBake(request.action, acted)) return acted;
  const before = { primary: rollout.version, proven: false };
  const after = await lookAfter(ports, rollout.model, before);
  return after === null ? acted : { ...acted, outcome: after.outcome };
}

const endsBake = (action: Action, { rollout, outcome }: Acted): boolean =>
  action === 'abort' && outcome === null && !isLive(rollout.state);

/** @param version `null`: the last proven one */
const backTo = (version: number | null): ToProbe => ({
  versions: version === null ? [] : [version],
  back: 'from_primary',
});

async function switched(
  ports: Ports,
  model: string,
  whom: ToProbe,
  force: boolean,
  move: (stores: Stores, probes: Probes) => Promise<MovedPrimary>,
): Promise<MovedPrimary> {
  const { before, moved } = await withProbes(
    async () => (force ? Probes.FORCED : probeTargets(ports, model, whom)),
    (probes) =>
      ports.uow.run(async (stores) => {
        const before = await beforeMove(stores, await lockModel(stores, model));
        return { before, moved: await move(stores, probes) };
      }),
  );
  const after = force ? null : await lookAfter(ports, model, before);
  return after === null
    ? moved
    : {
        ...after,
        rollout: after.rollout ?? moved.rollout,
        outcome: `${moved.outcome}; but ${after.outcome}`,
      };
}
