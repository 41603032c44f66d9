/** Who waits for a connection to one model server: the models take turns, whoever came first of each. Pure. */
export class WaitingLine<T> {
  private readonly lines = new Map<string, T[]>();

  /** @param mostEach of one model; what comes on top is turned away, and hurts no other model */
  constructor(private readonly mostEach: number) {}

  get isEmpty(): boolean {
    return this.lines.size === 0;
  }

  /** @returns whether there was a place */
  push(model: string, one: T): boolean {
    const line = this.lines.get(model);
    if ((line?.length ?? 0) >= this.mostEach) return false;
    if (line) line.push(one);
    else this.lines.set(model, [one]);
    return true;
  }

  /**
   * Takes the first one of the model whose turn it is.
   * @param may is anything of this model to be taken now?
   */
  shift(may: (model: string) => boolean = () => true): T | undefined {
    for (const [model, line] of this.lines) {
      if (!may(model)) continue;
      const first = line.shift();
      // At the end again: the others' turn comes before its next.
      this.lines.delete(model);
      if (line.length > 0) this.lines.set(model, line);
      return first;
    }
    return undefined;
  }

  /** Takes out everybody of whom this holds, oldest of each model first. */
  takeOut(which: (one: T) => boolean): T[] {
    const out: T[] = [];
    for (const [model, line] of this.lines) {
      const left = line.filter((one) => !which(one));
      if (left.length === line.length) continue;
      out.push(...line.filter(which));
      if (left.length > 0) this.lines.set(model, left);
      else this.lines.delete(model);
    }
    return out;
  }
}
