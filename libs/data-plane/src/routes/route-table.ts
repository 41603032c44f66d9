import { isNewer, type Route, type RouteTarget } from '#libs/traffic';

/** The routes that this gateway serves by. A route is replaced by a newer revision only, or by the same one with health paths. */
export class RouteTable {
  private readonly routes = new Map<string, Route>();
  private readonly acked = new Map<string, number>();
  private filled = false;
  private key: string | null = null;

  constructor(private readonly onChange: () => void) {}

  /** What receipts are signed with; `null` until the api, or the disk, has told it. */
  get receiptKey(): string | null {
    return this.key;
  }

  setReceiptKey(key: string): void {
    if (this.key === key) return;
    this.key = key;
    this.onChange();
  }

  find(model: string): Route | undefined {
    return this.routes.get(model);
  }

  all(): readonly Route[] {
    return [...this.routes.values()];
  }

  /** Has anything been received or found on disk yet? */
  get isFilled(): boolean {
    return this.filled;
  }

  /** Takes what is newer than what is known. */
  apply(routes: readonly Route[]): void {
    this.filled = true;
    let changed = false;
    for (const route of routes) {
      const known = this.routes.get(route.model);
      if (!isNewer(known, route) && !tellsMore(known, route)) continue;
      this.routes.set(route.model, route);
      changed = true;
    }
    if (changed) this.onChange();
  }

  /** Revisions in force here that the api has not been told of. */
  unacknowledged(): { model: string; revision: number }[] {
    return this.all()
      .filter((route) => (this.acked.get(route.model) ?? 0) < route.revision)
      .map(({ model, revision }) => ({ model, revision }));
  }

  acknowledged(list: readonly { model: string; revision: number }[]): void {
    for (const { model, revision } of list)
      this.acked.set(model, Math.max(this.acked.get(model) ?? 0, revision));
  }
}

/** The same revision, with a health path that a release before that left out: its routes may be on this gateway's disk. */
const tellsMore = (known: Route | undefined, route: Route): boolean =>
  known?.revision === route.revision &&
  (hasMore(known.primary, route.primary) || hasMore(known.candidate, route.candidate));

const hasMore = (known: RouteTarget | null, target: RouteTarget | null): boolean =>
  typeof target?.healthPath === 'string' && typeof known?.healthPath !== 'string';
