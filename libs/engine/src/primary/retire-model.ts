import { DomainError, formatInstant, redact } from '#libs/kernel';
import type { Route } from '#libs/traffic';
import { atOnce, type MovedPrimary } from './at-once.ts';
import { endRollout } from '../rollouts/end-rollout.ts';
import { lastKnownAddress, lockModel, requireVersion } from '../registry/lookup.ts';
import type { AdminWord } from './move-primary.ts';
import { assertRouteSeen, type SeenRoute } from './seen-route.ts';
import { refuseSilence, waysBack } from '../routing/proven-primary.ts';
import { publishRoute } from '../routing/publish-route.ts';
import { Probes, staying } from '../readiness/probes.ts';
import type { Stores } from '../ports/ports.ts';
import type { ModelRecord, RolloutRecord } from '../ports/records.ts';

/** What became of a word to retire. */
export interface Retired {
  readonly model: ModelRecord;
  /** Rollouts that were ended by it. */
  readonly ended: readonly string[];
  /** One sentence for people. */
  readonly outcome: string;
}

/**
 * An admin takes a model out of service on purpose: callers get 410 with the reason, its rollouts end, those with a date too (a release
 * group that one is in goes back with it), and no other starts until a version serves again. Versions, aliases and the record stay. A repeat changes nothing.
 * @throws DomainError `changed_meanwhile`; `model_not_serving` for a model that serves nobody
 */
export async function retireModel(
  stores: Stores,
  name: string,
  { reason: said, actor, ...seen }: Pick<AdminWord, 'reason' | 'actor'> & SeenRoute,
): Promise<Retired> {
  const model = await lockModel(stores, name);
  if (model.retirement !== null)
    return { model, ended: [], outcome: `${retiredSince(model)}; nothing was done` };
  await assertRouteSeen(stores, model, seen);
  const { primary: version, route } = await servingOf(stores, model);
  const reason = redact(said);
  const at = await stores.now();
  const live = await stores.rollouts.findLive(model.id);
  const ending = [...(await stores.rollouts.queued(model.id)), ...(live === null ? [] : [live])];
  const because = `the model was retired: ${reason}`;
  for (const one of ending)
    await endRollout(stores, model, one, { state: 'aborted', because, actor, retires: true });
  const retirement = { reason, actor, at, version };
  const after: ModelRecord = { ...model, primary: null, retirement };
  await stores.models.update(model.id, { primary: null, retirement });
  await stores.models.endTerm(model.id, live?.state !== 'baking');
  const { primary } = staying(route);
  await publishRoute(stores, after, { primary, candidate: null, rolloutId: null, stepIndex: null });
  await stores.events.append({
    modelId: model.id,
    touch: true,
    rolloutId: null,
    type: 'model.retired',
    actor,
    data: { version, reason, ended: ending.map(({ id }) => id) },
  });
  const also = ending.length === 0 ? '' : `; ${String(ending.length)} of its rollouts ended`;
  return {
    model: after,
    ended: ending.map(({ id }) => id),
    outcome: `version ${version} serves no more: callers get 410${also}`,
  };
}

/** What serves of a model. @throws DomainError `model_not_serving` */
export async function servingOf(
  stores: Stores,
  { id, name, primary }: ModelRecord,
): Promise<{ readonly primary: number; readonly route: Route }> {
  const route = await stores.routes.find(id);
  if (primary !== null && route !== null) return { primary, route };
  throw new DomainError(
    'conflict',
    'model_not_serving',
    `No version of "${name}" serves, so there is nothing to retire. Abort its rollouts, or delete it.`,
  );
}

/**
 * An admin has a retired model serve again: the last proven version that served, or the one that is named. At once where it runs; else it is
 * deployed first, and callers get 410 until then. A repeat changes nothing.
 * @throws DomainError `changed_meanwhile`; `nobody_answers` when it was asked and is silent, `no_earlier_primary` when none is proven and none is named
 */
export async function unretireModel(
  stores: Stores,
  name: string,
  asked: number | null,
  { reason, actor, probes = Probes.NONE, ...seen }: AdminWord & SeenRoute,
): Promise<MovedPrimary> {
  const model = await lockModel(stores, name);
  const live = await stores.rollouts.findLive(model.id);
  if (model.retirement === null) {
    const serves = model.primary === null ? 'nothing serves' : `version ${model.primary} serves`;
    return { primary: model.primary, rollout: live, outcome: `it is not retired: ${serves}` };
  }
  const version = asked ?? (await lastProven(stores, model));
  if (live?.version === version)
    return { primary: null, rollout: live, outcome: `version ${version} is being deployed already` };
  await assertRouteSeen(stores, model, seen);
  await assertUp(stores, model, version, probes);
  if (live !== null) await giveWay(stores, model, live, { version, actor });
  await stores.events.append({
    modelId: model.id,
    touch: true,
    rolloutId: null,
    type: 'model.unretired',
    actor,
    data: { version, reason, retiredBecause: model.retirement.reason },
  });
  return atOnce(stores, model, { version, intent: 'rollback', reason, actor }, probes);
}

export const retiredSince = ({ name, retirement }: ModelRecord): string =>
  `"${name}" is retired already${retirement ? `, since ${formatInstant(retirement.at)} by ${retirement.actor}: ${retirement.reason}` : ''}`;

/** Which version serves again where none is named. @throws DomainError `no_earlier_primary` */
export async function lastProven(stores: Stores, model: ModelRecord): Promise<number> {
  const [last] = (await waysBack(stores, model, 1)).there;
  if (last) return last.version.version;
  throw new DomainError(
    'conflict',
    'no_earlier_primary',
    `No version of "${model.name}" that served is proven and still there. Name the version that is to serve.`,
  );
}

async function assertUp(stores: Stores, model: ModelRecord, number: number, probes: Probes): Promise<void> {
  const version = await requireVersion(stores, model, number);
  const deployment = await stores.deployments.find(model.id, number);
  const address = lastKnownAddress(version, deployment);
  if (address === null || probes.isUp({ version: number, ...address })) return;
  refuseSilence(model, { there: [{ version, address }], deleted: [] }, probes);
}

/** An earlier word to serve again, for another version, which waits for its server. */
async function giveWay(
  stores: Stores,
  model: ModelRecord,
  live: RolloutRecord,
  { version, actor }: { readonly version: number; readonly actor: string },
): Promise<void> {
  const because = `version ${version} is to serve again instead`;
  await endRollout(stores, model, live, { state: 'superseded', because, actor, retires: true });
}
