/**
 * Does something for as long as the browser lets this page run, and again when it goes on after it was frozen.
 * @param work ends with its signal; then the page holds nothing that other tabs wait for
 * @param signal ends it for good
 */
export async function whileAwake(
  work: (awake: AbortSignal) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const frozen = new AbortController();
    const over = new AbortController();
    const listening = { once: true, signal: AbortSignal.any([signal, over.signal]) };
    document.addEventListener('freeze', () => frozen.abort(), listening);
    const resumed = new Promise((resume) => {
      document.addEventListener('resume', resume, listening);
      signal.addEventListener('abort', resume, { once: true, signal: over.signal });
    });
    await work(AbortSignal.any([signal, frozen.signal]));
    if (frozen.signal.aborted) await resumed;
    over.abort();
  }
}
