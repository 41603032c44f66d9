/** Bytes of bodies that a gateway holds at once, whatever its peers do. What finds no room is passed through, not held. */
export class MemoryBudget {
  private used = 0;

  constructor(private readonly most: number) {}

  get usedBytes(): number {
    return this.used;
  }

  /** @returns whether there was room; then it is taken */
  take(bytes: number): boolean {
    if (this.used + bytes > this.most) return false;
    this.used += bytes;
    return true;
  }

  give(bytes: number): void {
    this.used -= bytes;
  }
}

/** What one request holds of the budget, given back all at once. */
export class Hold {
  private bytes = 0;
  private released = false;

  constructor(private readonly budget: MemoryBudget) {}

  /** @returns whether there was room */
  take(bytes: number): boolean {
    if (this.released || !this.budget.take(bytes)) return false;
    this.bytes += bytes;
    return true;
  }

  release(): void {
    if (this.released) return;
    this.released = true;
    this.budget.give(this.bytes);
  }
}
