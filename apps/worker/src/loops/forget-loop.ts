import type { Logger } from 'pino';
import { Counter, type Registry } from 'prom-client';
import { clocksAgree, forgetOld, type Retention, type RetentionStore } from '#libs/engine';
import { formatInstant } from '#libs/kernel';
import { repeat, type Repeating } from './repeat.ts';

const FORGET_MS = 600_000;

/**
 * Deletes what is older than it is kept, every ten minutes; a run that has reached its bound is followed by the next one at once. Nothing
 * is deleted while this machine's clock and the database's are half a day apart: one of them is wrong.
 */
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
        const now = await store.now();
        if (!clocksAgree(now, Date.now())) {
          logger.warn(
            { database: formatInstant(now), here: formatInstant(Date.now()) },
            'nothing is forgotten: the clocks of the database and of this machine are half a day apart; set the wrong one right',
          );
          return;
        }
        const run = await forgetOld(store, retention, now);
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
