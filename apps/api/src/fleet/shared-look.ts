/** What takes longer to look up than this serves for a while. Milliseconds. */
const SLOW_MS = 1_000;
/** So much longer than it took: a process spends a fifth of its time on looking at most, however many pages ask. */
const SERVES_TIMES = 4;
/** No answer is older. Milliseconds. */
const OLDEST_MS = 10_000;

/**
 * Shares one look among all that ask for it while it goes on; one that took more than a second serves afterwards too, for four times as long as it took (10 s at
 * most). What is looked up fast is as new as ever.
 * @param look its failures are shared while it goes on, and not afterwards
 * @param clock milliseconds, of any beginning
 */
export function sharedLook<T>(
  look: () => Promise<T>,
  clock: () => number = () => performance.now(),
): () => Promise<T> {
  let last: { readonly answer: Promise<T>; servesUntil: number } | null = null;
  return () => {
    const began = clock();
    if (last !== null && began < last.servesUntil) return last.answer;
    const answer = look();
    const own = { answer, servesUntil: Infinity };
    last = own;
    answer.then(
      () => {
        const ended = clock();
        const took = ended - began;
        own.servesUntil = took < SLOW_MS ? -Infinity : ended + Math.min(OLDEST_MS, took * SERVES_TIMES);
      },
      () => {
        own.servesUntil = -Infinity;
      },
    );
    return answer;
  };
}
