import type { Logger } from 'pino';
import { Counter, type Registry } from 'prom-client';
import { forgetOld, type Retention, type RetentionStore } from '#libs/engine';
import { repeat, type Repeating } from './repeat.ts';

const FORGET_MS = 600_000;

/** Deletes what is older than it is kept, every ten minutes; a run that has reached its bound is followed by the next one at once. */
export function startForgetting(
  store: RetentionStore,
  retention: Retention,
  registry: Registry,
  logger: Logger,
  onError: (error: unknown) => void,
): Repeating {
  const forgotten = new Counter({
    name: 'understudy_forgotten_rows_total',
    help: 'Rows deleted since they were older than they are kept, by what they were',
    labelNames: ['what'],
    registers: [registry],
  });
  return repeat(
    FORGET_MS,
    async (isStopped) => {
      for (let more = true; more && !isStopped();) {
        const run = await forgetOld(store, retention, await store.now());
        more = run.more;
        for (const [what, rows] of Object.entries(run.gone))
          if (rows > 0) {
            forgotten.inc({ what }, rows);
            logger.info({ what, rows }, 'forgotten, since it is older than it is kept');
          }
      }
    },
    onError,
  );
}
