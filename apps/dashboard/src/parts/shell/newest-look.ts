/** What is known of what was looked at. */
export interface Looked<S> {
  /** `null`: it is not loaded. */
  readonly seen: S | null;
  readonly isLooking: boolean;
}

/**
 * Looks at something, and tells what comes of the newest look alone: the answer of an older one, or its failure, says nothing any more.
 * @param tell is told when a look begins and when it ends
 * @returns looks; rejects when `ask` does
 */
export function newestLook<S>(tell: (looked: Looked<S>) => void): (ask: () => Promise<S>) => Promise<void> {
  let newest = 0;
  return async (ask) => {
    const own = ++newest;
    const told = (looked: Looked<S>): void => {
      if (own === newest) tell(looked);
    };
    told({ seen: null, isLooking: true });
    let seen: S | null = null;
    try {
      seen = await ask();
    } finally {
      told({ seen, isLooking: false });
    }
  };
}
