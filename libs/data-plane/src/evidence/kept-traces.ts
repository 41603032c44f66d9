import { LIMITS } from '#libs/gateway-protocol';

/** Recorded requests that stand for those of one arm in one batch: a few of them, failed ones first. */
export class KeptTraces {
  private readonly kept: string[] = [];
  /** So many at the beginning of `kept` have failed. */
  private failed = 0;

  offer(name: string, hasFailed: boolean): void {
    const { kept } = this;
    if (!hasFailed) {
      if (kept.length < LIMITS.traces) kept.push(name);
      return;
    }
    if (this.failed >= LIMITS.traces) return;
    if (kept.length >= LIMITS.traces) kept.pop();
    kept.splice(this.failed, 0, name);
    this.failed++;
  }

  get names(): readonly string[] {
    return this.kept;
  }
}
