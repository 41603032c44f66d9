import { setTimeout as sleep } from 'node:timers/promises';
import { isToldOf, queueFigures } from './figures.ts';
import { perform, type FindServer } from './perform.ts';
import type { Scene } from './scenes.ts';
import type { RehearsalSite } from './site/site.ts';
import type { Happened, Outage, QueueBroken } from './invariants/story.ts';

export const OUTAGE_MODEL = 'outage';
const LOOK_MS = 500;
/** The queue is to be in use again for as long before the next faults. */
const QUEUE_LOOK_MS = 6_000;

/** What came of a scene, as far as it was known when its faults were over; `calmed` is to be called when the calm is. */
export interface Played {
  readonly happened: readonly Happened[];
  /** When the last fault was over. */
  readonly from: number;
  readonly calmed: () => Promise<{ readonly outage: Outage | null; readonly queue: QueueBroken | null }>;
}

/** Plays the faults of a scene, or of a draw, and watches what only this scene is about. */
export async function playScene(
  site: RehearsalSite,
  { name, faults, isOfQueueOnly }: Scene,
  find: FindServer,
): Promise<Played> {
  const began = Date.now();
  const isOutage = faults.some(({ place }) => place === `${OUTAGE_MODEL} primary`);
  const watch = { isOver: false, told: null as number | null };
  const watching = isOutage ? watchOutage(site, watch) : Promise.resolve();
  const happened = await perform(site.places, faults, find);
  watch.isOver = true;
  await watching;
  const from = Date.now();
  return {
    ...{ happened, from },
    calmed: async () => {
      const was = happened.find(({ version }) => version?.model === OUTAGE_MODEL);
      const isOver = was ? !(await isToldOf(site.workers, OUTAGE_MODEL)) : true;
      const outage = was ? { from: was.from, until: was.until, told: watch.told, isOver } : null;
      if (!isOfQueueOnly) return { outage, queue: null };
      return { outage, queue: { scene: name, from: began, until: from, after: await queueUse(site) } };
    },
  };
}

async function watchOutage(
  { workers }: RehearsalSite,
  watch: { isOver: boolean; told: number | null },
): Promise<void> {
  for (; !watch.isOver && watch.told === null; await sleep(LOOK_MS))
    if (await isToldOf(workers, OUTAGE_MODEL)) watch.told = Date.now();
}

async function queueUse({ workers }: RehearsalSite): Promise<QueueBroken['after']> {
  const before = await Promise.all(workers.map(queueFigures));
  await sleep(QUEUE_LOOK_MS);
  const after = await Promise.all(workers.map(queueFigures));
  return workers.map(({ name }, i) => ({
    worker: name,
    brought: (after[i]?.brought ?? 0) - (before[i]?.brought ?? 0),
    around: (after[i]?.around ?? 0) - (before[i]?.around ?? 0),
  }));
}
