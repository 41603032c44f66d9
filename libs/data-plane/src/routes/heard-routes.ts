import type { ReadRouteMessage, StreamState } from '#libs/gateway-protocol';

/** What one connection to the api has said, to compare with what it says that it has. */
export class HeardRoutes {
  private readonly revisions = new Map<string, number>();
  private isWhole = true;

  hear({ routes, unreadable }: Pick<ReadRouteMessage, 'routes' | 'unreadable'>): void {
    for (const { model, revision } of routes)
      this.revisions.set(model, Math.max(revision, this.revisions.get(model) ?? 0));
    // Of a route that cannot be read there is no revision to count.
    if (unreadable.length > 0) this.isWhole = false;
  }

  /** Revisions only grow, so who has missed one has fewer models, or less in the sum. */
  hasMissed({ models, revisions }: Pick<StreamState, 'models' | 'revisions'>): boolean {
    if (!this.isWhole) return false;
    let sum = 0;
    for (const revision of this.revisions.values()) sum += revision;
    return this.revisions.size !== models || sum !== revisions;
  }
}

/** How old the routes are that a gateway serves by. */
export class RouteAge {
  private trueAt: number;

  constructor(private readonly now: () => number = () => performance.now()) {
    this.trueAt = now();
  }

  /** The api says that its routes were those of the database so long ago. */
  hear(ageMs: number): void {
    this.trueAt = Math.max(this.trueAt, this.now() - ageMs);
  }

  /** Since they were last known to be those in force; since the start, where nothing was heard yet. */
  get ms(): number {
    return this.now() - this.trueAt;
  }
}
