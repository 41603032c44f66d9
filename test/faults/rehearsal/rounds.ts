import { setTimeout as sleep } from 'node:timers/promises';
import { isToldOf, queueFigures } from './figures.ts';
import { perform, type FindServer } from './perform.ts';
import type { Scene } from './scenes.ts';
import type { RehearsalSite } from './site/site.ts';
import type { Happened, Outage, QueueBroken } from './invariants/story.ts';

export const OUTAGE_MODEL = 'outage';
const LOOK_MS = 500;
/** The queue has so long to bring each worker something. */
const QUEUE_LOOK_MS = 20_000;

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
  const idle = isOfQueueOnly ? watchIdle(site) : null;
  const happened = await perform(site.places, faults, find);
  watch.isOver = true;
  await watching;
  const from = Date.now();
  return {
    ...{ happened, from },
    calmed: async () => {
      const was = happened.find(({ version }) => version?.model === OUTAGE_MODEL);
      const isOver = was ? !(await isToldOf(site.workers, OUTAGE_MODEL)) : true;
      const outage = was
        ? { from: was.from, until: was.until, told: watch.told, isLogged: wasWritten(site), isOver }
        : null;
      if (!isOfQueueOnly) return { outage, queue: null };
      const after = await queueUse(site);
      const idleMs = idle?.stop() ?? 0;
      return {
        outage,
        queue: { scene: name, from: began, until: from, idleMs, after },
      };
    },
  };
}

const wasWritten = ({ workers }: RehearsalSite): boolean =>
  workers.some((worker) =>
    worker
      .output()
      .split('\n')
      .some((line) => line.includes('the primary answers no caller') && line.includes(`"${OUTAGE_MODEL}"`)),
  );

async function watchOutage(
  { workers }: RehearsalSite,
  watch: { isOver: boolean; told: number | null },
): Promise<void> {
  for (; !watch.isOver && watch.told === null; await sleep(LOOK_MS))
    if (await isToldOf(workers, OUTAGE_MODEL)) watch.told = Date.now();
}

/** Asks both workers how much was looked at, for as long as it is not stopped. */
function watchIdle({ workers }: RehearsalSite): { stop(): number } {
  let [most, at, longest, isOver] = [-1, performance.now(), 0, false];
  void (async () => {
    for (; !isOver; await sleep(LOOK_MS)) {
      const figures = await Promise.all(workers.map(queueFigures));
      const looks = figures.reduce((sum, one) => sum + (one ? one.brought + one.around : 0), 0);
      if (isOver) return;
      const now = performance.now();
      longest = Math.max(longest, now - at);
      if (looks > most) [most, at] = [looks, now];
    }
  })();
  return { stop: () => ((isOver = true), longest) };
}

/** Looks until the queue has brought every worker something, or for long. */
async function queueUse({ workers }: RehearsalSite): Promise<QueueBroken['after']> {
  const before = new Map<string, { brought: number; around: number }>();
  for (const began = performance.now(); ; await sleep(LOOK_MS)) {
    const after: QueueBroken['after'][number][] = [];
    for (const worker of workers) {
      const now = await queueFigures(worker);
      if (!now) continue;
      const { brought, around } = before.get(worker.name) ?? now;
      before.set(worker.name, { brought, around });
      after.push({ worker: worker.name, brought: now.brought - brought, around: now.around - around });
    }
    const isWhole = after.length === workers.length && after.every((one) => one.brought > 0);
    if (isWhole || performance.now() - began > QUEUE_LOOK_MS) return after;
  }
}
