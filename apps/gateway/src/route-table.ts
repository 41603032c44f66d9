import { isNewer, type Route } from '#libs/traffic';

/** The routes that this gateway serves by. A route is replaced by a newer revision only. */
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
      if (!isNewer(this.routes.get(route.model), route)) continue;
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
