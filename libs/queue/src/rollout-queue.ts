import { z } from 'zod';
import { type AnyQueue, type AnyWorker, openQueue, openWorker, type QueuePlace } from './connection.ts';

export const ROLLOUT_QUEUE = 'understudy-rollouts';
const reconcileJob = z.strictObject({ rolloutId: z.uuid() });

/** Asks workers to look at rollouts. */
export interface RolloutQueue {
  /** Asking again within the same second is asking once. */
  wake(rolloutIds: readonly string[], nowMs: number): Promise<void>;
  close(): Promise<void>;
}

export function openRolloutQueue(place: QueuePlace, onError: (error: Error) => void): RolloutQueue {
  const queue: AnyQueue = openQueue(ROLLOUT_QUEUE, place);
  queue.on('error', onError);
  return {
    async wake(rolloutIds, nowMs) {
      const second = Math.floor(nowMs / 1_000);
      await queue.addBulk(
        rolloutIds.map((rolloutId) => ({
          name: 'reconcile',
          data: { rolloutId },
          // The second is part of the id: a job that hangs with a dead worker blocks nothing after it.
          opts: {
            jobId: `${rolloutId}_${second}`,
            removeOnComplete: { age: 5 },
            removeOnFail: { age: 60, count: 100 },
          },
        })),
      );
    },
    close: () => queue.close(),
  };
}

/** Processes wake-ups. A job whose data are not what they should be fails with the reason. */
export function openRolloutWorker(
  place: QueuePlace,
  reconcile: (rolloutId: string) => Promise<void>,
  onError: (error: Error) => void,
  concurrency = 4,
): AnyWorker {
  const worker = openWorker(
    ROLLOUT_QUEUE,
    place,
    async (job) => reconcile(reconcileJob.parse(job.data).rolloutId),
    concurrency,
  );
  worker.on('error', onError);
  worker.on('failed', (_job, error) => onError(error));
  return worker;
}
