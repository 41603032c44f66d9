import { ENGINE } from '../access/engine-actor.ts';
import type { Stores, UnitOfWork } from '../ports/ports.ts';
import { judgePrimary, type PrimaryJudgement } from './judge-primary.ts';
import type { OutageRecord, PrimaryLook } from './records.ts';

/** An outage that has begun or ended now, for the log. */
export interface OutageTurn {
  readonly model: string;
  readonly version: number;
  readonly event: NonNullable<PrimaryJudgement['event']>;
  readonly because: string;
}

/**
 * One turn of the watch over primaries: says which are out, as state and, once for each outage, as events of the model's record. Any number of
 * workers may do so at once: state and event are one transaction under the model's lock, which looks again.
 * @returns what has begun or ended
 */
export async function watchPrimaries(uow: UnitOfWork): Promise<readonly OutageTurn[]> {
  const looks = await uow.read((stores) => stores.outages.looks());
  const turns: OutageTurn[] = [];
  for (const look of looks.filter(isNews)) {
    const turn = await uow.run((stores) => settle(stores, look));
    if (turn) turns.push(turn);
  }
  return turns;
}

async function settle(stores: Stores, { model: name, modelId }: PrimaryLook): Promise<OutageTurn | null> {
  const model = await stores.models.lock(name);
  if (model?.id !== modelId) return null; // renamed or deleted meanwhile: the next turn sees it as it is then
  const [look] = await stores.outages.looks(modelId);
  if (!look || !isNews(look)) return null;
  const { outage, event, because } = judgePrimary(look.facts, look.known);
  const said = outage ?? look.known;
  if (event === null || said === null) {
    await stores.outages.save(modelId, outage);
    return null;
  }
  const rollout = await stores.rollouts.findLive(modelId);
  await stores.events.append({
    ...{ modelId, rolloutId: rollout?.id ?? null, type: event, actor: ENGINE },
    data: { version: said.version, because, ...dataOf(said, event, look.facts.now) },
  });
  await stores.outages.save(modelId, outage);
  return { model: name, version: said.version, event, because };
}

function dataOf(
  { since, cause, gateways }: OutageRecord,
  event: OutageTurn['event'],
  now: number,
): Record<string, unknown> {
  const at = new Date(since).toISOString();
  return event === 'primary.unreachable'
    ? { cause, since: at, gateways: gateways.map(({ gateway }) => gateway) }
    : { since: at, lastedMs: Math.max(0, now - since) };
}

/** Does it change anything that is stored? How many failures there are by now does not. */
function isNews({ facts, known }: PrimaryLook): boolean {
  const { outage } = judgePrimary(facts, known);
  return shapeOf(outage) !== shapeOf(known);
}

const shapeOf = (outage: OutageRecord | null): string =>
  outage === null
    ? ''
    : JSON.stringify([
        ...[
          outage.version,
          outage.cause,
          outage.scope,
          outage.announcedAt !== null,
          outage.quietSince === null,
        ],
        outage.gateways.map(({ gateway, state }) => [gateway, state]),
      ]);
