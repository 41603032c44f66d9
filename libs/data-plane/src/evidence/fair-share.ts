/** What one of those who share has. */
export interface Share {
  used: number;
}

/**
 * So many times what is left may one share hold: alone it gets three quarters, and the next one always finds room
 * (dynamic thresholds, Choudhury & Hahne 1998).
 */
const TIMES_WHAT_IS_LEFT = 3;
/** The same of what nobody is answered without, and there is little of: it finds room where a share holds all else that it may. */
const TIMES_FOR_NEEDS = 15;

/** Something that all share and that ends: amount, places. However much one of them asks for, the others find some. Pure. */
export class FairShare {
  private used = 0;
  private readonly shares = new Map<string, Share>();

  constructor(private readonly most: number) {}

  get usedInAll(): number {
    return this.used;
  }

  /** @param name of a model that is served: names that callers make up must not be kept */
  shareOf(name: string): Share {
    let share = this.shares.get(name);
    if (!share) this.shares.set(name, (share = { used: 0 }));
    return share;
  }

  hasRoom(amount: number, share: Share, times = TIMES_WHAT_IS_LEFT): boolean {
    const left = this.most - this.used - amount;
    return left >= 0 && share.used <= times * left;
  }

  /** @returns whether there was room; then it is taken */
  take(amount: number, share: Share): boolean {
    return this.takeWithin(amount, share, TIMES_WHAT_IS_LEFT);
  }

  /** The same for what nobody is answered without. */
  takeNeeded(amount: number, share: Share): boolean {
    return this.takeWithin(amount, share, TIMES_FOR_NEEDS);
  }

  private takeWithin(amount: number, share: Share, times: number): boolean {
    if (!this.hasRoom(amount, share, times)) return false;
    this.used += amount;
    share.used += amount;
    return true;
  }

  give(amount: number, share: Share): void {
    this.used -= amount;
    share.used -= amount;
  }
}
