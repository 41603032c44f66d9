import { randomInt } from 'node:crypto';
import { deliverEvent, type DeliveryPorts, takeDue } from '#libs/engine';
import { repeat, type Repeating } from './repeat.ts';

const EVERY_MS = 500;
/** A subscriber that takes longer than this to answer is given nothing more until it has. */
const SLOW_MS = 1_000;
/** One that has so many answers outstanding is given nothing more meanwhile: within its first second it would take all places. */
const MOST_OF_ONE = 16;
const MOST_UNDER_WAY = 256;
/** Of the random pauses between attempts. */
const RESOLUTION = 1_000_000;

/** An event that was posted and not answered yet. `since` in ms of `performance.now()`. */
interface UnderWay {
  readonly subscriptionId: string;
  readonly since: number;
}

/** Who is to be given nothing more for now: it is slow to answer, or has many answers outstanding. Pure. */
export function busySubscribers(underWay: readonly UnderWay[], now: number): readonly string[] {
  const outstanding = new Map<string, number>();
  const busy = new Set<string>();
  for (const { subscriptionId: id, since } of underWay) {
    const many = (outstanding.get(id) ?? 0) + 1;
    outstanding.set(id, many);
    if (many >= MOST_OF_ONE || since < now - SLOW_MS) busy.add(id);
  }
  return [...busy];
}

/**
 * Tells subscribers what happens. Nobody waits for another one's answer: a subscriber that hangs (10 s for each event, one of each model at
 * once) would hold back all others' alarms.
 */
export function startTelling(ports: DeliveryPorts, onError: (error: unknown) => void): Repeating {
  const underWay = new Map<Promise<void>, UnderWay>();
  const telling = repeat(
    EVERY_MS,
    async (isStopped) => {
      for (let taken = 1; taken > 0 && !isStopped() && underWay.size < MOST_UNDER_WAY;) {
        const now = await ports.uow.read((stores) => stores.now());
        const due = await takeDue(ports, now, busySubscribers([...underWay.values()], performance.now()));
        for (const delivery of due) {
          const posting = deliverEvent(ports, delivery, now, randomInt(RESOLUTION) / RESOLUTION)
            .catch(onError)
            .finally(() => {
              underWay.delete(posting);
              // What waited for it may be due now.
              telling.poke();
            });
          underWay.set(posting, { subscriptionId: delivery.subscription.id, since: performance.now() });
        }
        taken = due.length;
      }
    },
    onError,
  );
  return {
    poke: () => telling.poke(),
    stop: async () => {
      await telling.stop();
      await Promise.all(underWay.keys());
    },
  };
}
