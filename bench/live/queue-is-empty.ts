import { openQueue, ROLLOUT_QUEUE } from '#libs/queue';
import { eventually } from '../../test/support/installation.ts';

/** The jobs of the first verdicts are done: what follows is the steady state. */
export async function queueIsEmpty(databaseUrl: string): Promise<void> {
  const queue = openQueue(ROLLOUT_QUEUE, { redisUrl: null, databaseUrl });
  try {
    await eventually(
      () => queue.getJobCounts('waiting', 'active'),
      (left) => Object.values(left).every((count) => count === 0),
      120_000,
    );
  } finally {
    await queue.close();
  }
}
