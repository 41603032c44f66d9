/**
 * Clusters that an Envoy has and no route of it names any more, and for how long. A request that was routed before goes on by the route that it was given:
 * its second attempt asks for the clusters of that route by name, and callers of an attempt whose cluster is gone get 503. So clusters stay for as long
 * as such a request may take. Pure, but for what it remembers; `now` is a clock in ms that only goes forward.
 */
export class UnusedClusters {
  private readonly since = new Map<string, number>();

  /** @param drainMs for how long a request may go on by the routes that it began with */
  constructor(private readonly drainMs: number) {}

  /** Of all that Envoy has, these are in use: its routes name them, or are about to. */
  note(has: Iterable<string>, inUse: ReadonlySet<string>, now: number): void {
    const unused = new Set([...has].filter((name) => !inUse.has(name)));
    for (const name of this.since.keys()) if (!unused.has(name)) this.since.delete(name);
    for (const name of unused) if (!this.since.has(name)) this.since.set(name, now);
  }

  /** Those that no request can ask for any more. */
  drained(now: number): string[] {
    return [...this.since].flatMap(([name, since]) => (now - since >= this.drainMs ? [name] : []));
  }

  /** When the next one is drained; `null`: none is unused. */
  nextAt(): number | null {
    return this.since.size === 0 ? null : Math.min(...this.since.values()) + this.drainMs;
  }
}
