import { after, PROCESS } from '#libs/data-plane';

/** Of the time, that making figures may take. */
const MOST_OF_TIME = 0.1;

/**
 * Figures that anybody may ask for, as often as they like: all who ask while one rendering waits or runs share the next
 * one, and between two there is nine times what the last one took. What is answered is never older than the question.
 * @param make renders them
 */
export function sharedFigures(make: () => Promise<string>): () => Promise<string> {
  let next: Promise<string> | null = null;
  let last: Promise<unknown> = Promise.resolve();
  let freeAt = 0;
  const round = async (before: Promise<unknown>): Promise<string> => {
    try {
      await before;
    } catch {
      // Told to those who asked for it.
    }
    const wait = freeAt - performance.now();
    if (wait > 0) await new Promise<void>((resolve) => after(PROCESS, wait, resolve));
    // Whoever asks from now on is told what is so from now on.
    next = null;
    const began = performance.now();
    try {
      return await make();
    } finally {
      const now = performance.now();
      freeAt = now + (now - began) * (1 / MOST_OF_TIME - 1);
    }
  };
  return () => {
    if (next === null) {
      next = round(last);
      last = next;
    }
    return next;
  };
}
