/** How long a picture of what still moves is shown. */
const FRESH_MS = 10_000;
const MOST = 100;

interface Kept {
  readonly revision: number;
  readonly at: number;
  readonly png: Promise<Buffer>;
}

/**
 * Pictures as they were drawn: whoever has a link can ask for one as often as they like, and drawing holds the process up. One rollout is drawn once
 * in ten seconds at most, and once for good when it has ended.
 */
export class KeptCards {
  private readonly kept = new Map<string, Kept>();

  /** @param now in ms of any clock that never goes back */
  async of(
    { id, revision }: { readonly id: string; readonly revision: number },
    isLive: boolean,
    now: number,
    draw: () => Promise<Buffer>,
  ): Promise<Buffer> {
    const known = this.kept.get(id);
    if (known && (now - known.at < FRESH_MS || (!isLive && known.revision === revision))) return known.png;
    const png = draw();
    this.kept.delete(id);
    this.kept.set(id, { revision, at: now, png });
    for (const oldest of this.kept.keys()) {
      if (this.kept.size <= MOST) break;
      this.kept.delete(oldest);
    }
    png.catch(() => {
      if (this.kept.get(id)?.png === png) this.kept.delete(id);
    });
    return png;
  }
}
