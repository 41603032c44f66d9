import { isStale } from './probes.ts';

/** So often is asked, where what was said is too old each time: the model's lock is never had within ten seconds. */
const MOST_TRIES = 3;

/**
 * Asks servers, and then does what sends callers to them. Where that came too late for what they said (`probes_stale`: a lock was waited
 * for), its transaction was undone, and both are done again.
 * @throws DomainError `probes_stale` after the third time; and what `work` throws
 */
export async function withProbes<T, P>(ask: () => Promise<P>, work: (probes: P) => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    const probes = await ask();
    try {
      return await work(probes);
    } catch (error) {
      if (!isStale(error) || tries === MOST_TRIES) throw error;
    }
  }
}
