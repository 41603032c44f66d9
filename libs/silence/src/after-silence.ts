/** A timer that fires so much after its time says that this process did nothing meanwhile, and heard nothing. */
const LATE_MS = 200;
/** Then it is given so long to hear what was said. */
const HEAR_MS = 100;
/** Of the event loop, each with a look at what has come in: what comes encrypted takes more than one. */
const TURNS = 2;

/**
 * Calls `step` when a peer has been silent for `ms`; to be stopped by its next sign of life. After a process was busy
 * for longer than that, its timers come before what waits in its sockets: so what has come in is heard first.
 * @returns how to stop it
 */
export function afterSilence(ms: number, step: () => void): () => void {
  const dueAt = performance.now() + ms;
  let isStopped = false;
  const hear = (turns: number): void =>
    void setImmediate(() => {
      if (isStopped) return;
      if (turns > 1) hear(turns - 1);
      else step();
    });
  let timer = setTimeout(() => {
    if (performance.now() - dueAt > LATE_MS) timer = setTimeout(() => hear(TURNS), HEAR_MS);
    else hear(TURNS);
  }, ms);
  return () => {
    isStopped = true;
    clearTimeout(timer);
  };
}
