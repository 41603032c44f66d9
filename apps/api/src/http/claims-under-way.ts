import type { KeyClaim } from '#libs/engine';

/** Three of these fit into the time after which a claim is a dead one's. */
const RENEW_MS = 4_000;

/** The claims of requests that this process is at work on: renewed for as long as it lives, and is. */
export class ClaimsUnderWay {
  private readonly claims = new Set<KeyClaim>();
  private timer: NodeJS.Timeout | null = null;
  private isRenewing = false;

  constructor(
    private readonly renew: (claims: readonly KeyClaim[]) => Promise<void>,
    private readonly everyMs = RENEW_MS,
  ) {}

  add(claim: KeyClaim): void {
    this.claims.add(claim);
    this.timer ??= setInterval(() => void this.tick(), this.everyMs).unref();
  }

  remove(claim: KeyClaim): void {
    this.claims.delete(claim);
    if (this.claims.size > 0 || !this.timer) return;
    clearInterval(this.timer);
    this.timer = null;
  }

  /** One that fails, as the database is away, is followed by the next: nobody else can claim anything meanwhile either. */
  private async tick(): Promise<void> {
    if (this.isRenewing || this.claims.size === 0) return;
    this.isRenewing = true;
    await this.renew([...this.claims]).catch(() => undefined);
    this.isRenewing = false;
  }
}
