/** Of the six connections that a browser has to a host over HTTP/1.1, those that streams may hold. */
const SLOTS = 3;

/**
 * Does what holds a connection for good, when fewer than three in this browser do.
 * @returns whether it was done; false: all places are taken
 */
export async function withStreamSlot(work: () => Promise<void>): Promise<boolean> {
  for (let slot = 0; slot < SLOTS; slot++) {
    const isDone = await navigator.locks.request(
      `understudy-stream-slot-${slot}`,
      { ifAvailable: true },
      async (lock) => {
        if (lock) await work();
        return lock !== null;
      },
    );
    if (isDone) return true;
  }
  return false;
}
