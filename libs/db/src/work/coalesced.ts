/**
 * Lets calls with the same key share an answer, without any of them seeing an old one: while a
 * question is under way, those who come wait for the next one, which is asked once for all of them.
 * So each answer is from after its call, as if each had asked by itself.
 */
export function coalesced<T>(ask: (key: string) => Promise<T>): (key: string) => Promise<T> {
  const asking = new Map<string, { done: Promise<unknown>; next: Promise<T> | null }>();

  function start(key: string): Promise<T> {
    const answer = ask(key);
    const entry = { done: answer.catch(() => undefined), next: null };
    asking.set(key, entry);
    void entry.done.then(() => {
      // Whoever waits has taken the place already.
      if (asking.get(key) === entry && entry.next === null) asking.delete(key);
    });
    return answer;
  }

  return (key) => {
    const current = asking.get(key);
    if (!current) return start(key);
    current.next ??= current.done.then(() => start(key));
    return current.next;
  };
}
