import { randomInt } from 'node:crypto';
import { deliverEvent, type DeliveryPorts, type Rooms, takeDue } from '#libs/engine';
import { repeat, type Repeating } from './repeat.ts';

const EVERY_MS = 500;
/** A subscriber that takes longer than this to answer is given nothing more until it has. */
const SLOW_MS = 1_000;
/** Answers of one subscriber that are waited for at once. */
const MOST_OF_ONE = 16;
/** And of all, but for the first one of each, which always goes out. */
const MOST_UNDER_WAY = 256;
/** What one may take of the places that are free: the more are taken, the less, so that some are left however many hang. */
const SHARE_OF_FREE = 1 / 8;
/** Of the random pauses between attempts. */
const RESOLUTION = 1_000_000;

/** An event that was posted and not answered yet. `since` in ms of `performance.now()`. */
interface UnderWay {
  readonly subscriptionId: string;
  readonly since: number;
}

/**
 * How many more each subscriber is given: none while it is slow to answer, else its share of the places that are free. Whoever has no answer
 * outstanding is given one, whatever others have taken. Pure.
 */
export function roomsOf(underWay: readonly UnderWay[], now: number): Rooms {
  const share = Math.min(
    MOST_OF_ONE,
    Math.floor(Math.max(0, MOST_UNDER_WAY - underWay.length) * SHARE_OF_FREE),
  );
  const of = new Map<string, number>();
  const slow = new Set<string>();
  for (const { subscriptionId: id, since } of underWay) {
    of.set(id, Math.max(0, (of.get(id) ?? share) - 1));
    if (since < now - SLOW_MS) slow.add(id);
  }
  for (const id of slow) of.set(id, 0);
  return { each: Math.max(1, share), of };
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
      for (let taken = 1; taken > 0 && !isStopped();) {
        const now = await ports.uow.read((stores) => stores.now());
        const told = performance.now();
        const clock = () => now + Math.round(performance.now() - told);
        const due = await takeDue(ports, now, roomsOf([...underWay.values()], performance.now()));
        for (const delivery of due) {
          const posting = deliverEvent(ports, delivery, clock, randomInt(RESOLUTION) / RESOLUTION)
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
