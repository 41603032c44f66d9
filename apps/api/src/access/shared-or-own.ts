import { type RateLimiterAbstract, RateLimiterRes } from 'rate-limiter-flexible';

/** Shared counts that failed a moment ago, and work now, are not said to work before this. */
const CALM_MS = 10_000;

/** Says once that counts are not shared, and once that they are again. */
export class Sharing {
  private lastFailure: number | null = null;

  constructor(
    private readonly say: { readonly lost: (error: unknown) => void; readonly back: () => void },
    private readonly now: () => number,
  ) {}

  failed(error: unknown): void {
    if (this.lastFailure === null) this.say.lost(error);
    this.lastFailure = this.now();
  }

  worked(): void {
    if (this.lastFailure === null || this.now() - this.lastFailure < CALM_MS) return;
    this.lastFailure = null;
    this.say.back();
  }
}

/** Counts with the other processes, and while that fails by itself: a caller is limited either way. */
export class SharedOrOwn {
  constructor(
    private readonly shared: Pick<RateLimiterAbstract, 'consume'>,
    private readonly own: Pick<RateLimiterAbstract, 'consume'>,
    private readonly sharing: Sharing,
  ) {}

  /** @throws RateLimiterRes for one too many */
  async consume(key: string): Promise<void> {
    try {
      await this.shared.consume(key);
    } catch (error) {
      if (error instanceof RateLimiterRes) {
        this.sharing.worked();
        throw error;
      }
      this.sharing.failed(error);
      await this.own.consume(key);
      return;
    }
    this.sharing.worked();
  }
}
