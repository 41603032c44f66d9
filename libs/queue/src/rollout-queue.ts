import { z } from 'zod';
import type { Instant } from '#libs/kernel';
import {
  type AnyQueue,
  type AnyWorker,
  closeBounded,
  openQueue,
  openWorker,
  type QueuePlace,
} from './connection.ts';

export const ROLLOUT_QUEUE = 'understudy-rollouts';
const reconcileJob = z.strictObject({ rolloutId: z.uuid(), askedAt: z.number() });

/** Jobs that wait, beyond which none are added: some seconds of work for one worker. */
const MOST_WAITING = 1_000;

/** Nothing of a queue is under way that must be ended. */
const CLOSE_QUEUE_MS = 2_000;

/** Asks workers to look at rollouts. */
export interface RolloutQueue {
  /**
   * Asking again for the same look is asking once. While workers are far behind nothing is
   * added: whoever asked asks again, and a queue full of the same wake-ups helps nobody.
   * @param askedAt by the database's clock
   */
  wake(rolloutIds: readonly string[], askedAt: Instant): Promise<void>;
  close(): Promise<void>;
}

export function openRolloutQueue(place: QueuePlace, onError: (error: Error) => void): RolloutQueue {
  const queue: AnyQueue = openQueue(ROLLOUT_QUEUE, place);
  queue.on('error', onError);
  return {
    async wake(rolloutIds, askedAt) {
      const waiting = await queue.getJobCounts('waiting');
      if ((waiting['waiting'] ?? 0) > MOST_WAITING) return;
      await queue.addBulk(
        rolloutIds.map((rolloutId) => ({
          name: 'reconcile',
          data: { rolloutId, askedAt },
          // A job that is done keeps its id for a while: what is asked for later needs another one.
          opts: {
            jobId: `${rolloutId}_${askedAt}`,
            removeOnComplete: { age: 5 },
            removeOnFail: { age: 60, count: 100 },
          },
        })),
      );
    },
    close: () => closeBounded(queue, CLOSE_QUEUE_MS),
  };
}

/** Processes wake-ups. A job whose data are not what they should be fails with the reason. */
export function openRolloutWorker(
  place: QueuePlace,
  reconcile: (rolloutId: string, askedAt: Instant) => Promise<void>,
  onError: (error: Error) => void,
  concurrency = 4,
): Pick<AnyWorker, 'close' | 'waitUntilReady'> {
  const worker = openWorker(
    ROLLOUT_QUEUE,
    place,
    async (job) => {
      const { rolloutId, askedAt } = reconcileJob.parse(job.data);
      await reconcile(rolloutId, askedAt);
    },
    concurrency,
  );
  worker.on('error', onError);
  worker.on('failed', (_job, error) => onError(error));
  return { waitUntilReady: () => worker.waitUntilReady(), close: () => closeBounded(worker) };
}
