import type { Instant } from '#libs/kernel';
import { paceOf, sweepOnce, type UnitOfWork } from '#libs/engine';
import { repeat, type Repeating } from './repeat.ts';

/** Rollouts of one turn: few enough that a job that wants to move one of them waits for milliseconds. */
const MOST_AT_ONCE = 200;
const TIDY_EVERY_MS = 5_000;

/**
 * Sweeps whenever it is poked, and every `everyMs`, until nothing is due. `handOver` gives the
 * rollouts that must be moved away, within a bounded time; what is lost is due again 5 s later.
 */
export function startSweep(
  uow: UnitOfWork,
  everyMs: number,
  handOver: (rolloutIds: readonly string[], at: Instant) => Promise<void>,
  onError: (error: unknown) => void,
): Repeating {
  let live = 0;
  let tidiedAt = -Infinity;
  return repeat(
    everyMs,
    async (isStopped) => {
      if (performance.now() - tidiedAt > TIDY_EVERY_MS) {
        live = await uow.run((stores) => stores.agenda.tidy());
        tidiedAt = performance.now();
      }
      for (let looked = MOST_AT_ONCE; looked === MOST_AT_ONCE && !isStopped();) {
        const turn = await sweepOnce(uow, MOST_AT_ONCE, paceOf(live));
        if (turn.handOver.length > 0) await handOver(turn.handOver, turn.at);
        looked = turn.looked;
      }
    },
    onError,
  );
}
