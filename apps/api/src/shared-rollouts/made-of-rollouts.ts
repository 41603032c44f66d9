const MOST = 100;

interface Kept<T> {
  readonly revision: number;
  readonly at: number;
  readonly made: Promise<T>;
}

/**
 * What was made of rollouts: whoever has a link can ask as often as they like, and looking and drawing cost. Of one rollout it is made once in some
 * seconds at most, and once for good when it has ended.
 */
export class MadeOfRollouts<T> {
  private readonly kept = new Map<string, Kept<T>>();

  /** @param freshMs how long what was made of a rollout that moves is shown */
  constructor(private readonly freshMs: number) {}

  /** @param now in ms of any clock that never goes back */
  async of(
    { id, revision }: { readonly id: string; readonly revision: number },
    isLive: boolean,
    now: number,
    make: () => Promise<T>,
  ): Promise<T> {
    const known = this.kept.get(id);
    if (known && (now - known.at < this.freshMs || (!isLive && known.revision === revision)))
      return known.made;
    const made = make();
    this.kept.delete(id);
    this.kept.set(id, { revision, at: now, made });
    for (const oldest of this.kept.keys()) {
      if (this.kept.size <= MOST) break;
      this.kept.delete(oldest);
    }
    made.catch(() => {
      if (this.kept.get(id)?.made === made) this.kept.delete(id);
    });
    return made;
  }
}
