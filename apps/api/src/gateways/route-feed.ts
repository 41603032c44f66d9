import { Inject, Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { changeOf, pingOf, type RouteMessage, snapshotOf } from '#libs/gateway-protocol';
import { Gauge, type Registry } from '#libs/observe';
import { isNewer, type Route } from '#libs/traffic';
import { RECEIPT_KEY, ROUTE_CHANGES, type RouteChanges, UNIT_OF_WORK, type UnitOfWork } from '../ports.ts';
import { assertNoneLost, behind } from './compare-revisions.ts';
import { RouteComparison } from './route-comparison.ts';

type Subscriber = (message: RouteMessage) => void;

const PING_MS = 1_000;
const COMPARE_MS = 2_000;
/** So many are read one by one; of more, all are read at once. */
const FEW = 20;
/** Routes that were not compared for so long say that this process does not reach the database. */
const MOST_AGE_MS = 10_000;

/** The newest route of every model, pushed to every gateway that is connected to this process. */
@Injectable()
export class RouteFeed implements OnModuleInit, OnModuleDestroy {
  private readonly routes = new Map<string, Route>();
  /** Of the routes as they are, for every gateway that comes; `null` until one is asked for. */
  private snapshot: RouteMessage | null = null;
  private readonly subscribers = new Set<Subscriber>();
  private readonly comparison = new RouteComparison(() => this.compare(), COMPARE_MS);
  private readonly pinging = setInterval(() => this.send(this.ping()), PING_MS);

  constructor(
    @Inject(UNIT_OF_WORK) private readonly uow: UnitOfWork,
    @Inject(ROUTE_CHANGES) private readonly changes: RouteChanges,
    @Inject(RECEIPT_KEY) private readonly receiptKey: string,
  ) {}

  async onModuleInit(): Promise<void> {
    this.changes.subscribe({
      changed: (modelId, route) => {
        if (route) this.apply(route);
        else void this.read(modelId).catch(() => this.comparison.poke());
      },
      // What was said while nobody listened is lost.
      missed: () => this.comparison.renew(),
    });
    await this.comparison.start();
  }

  onModuleDestroy(): void {
    clearInterval(this.pinging);
    this.comparison.stop();
  }

  registerIn(registry: Registry): void {
    const { comparison } = this;
    new Gauge({
      name: 'understudy_api_routes_age_seconds',
      help: 'Time since the routes of this api were last found to be those of the database',
      registers: [registry],
      collect() {
        this.set(comparison.ageMs / 1_000);
      },
    });
  }

  /** For `/readyz`. */
  get age(): { readonly tooOld: boolean; readonly text: string } {
    const { ageMs, failure } = this.comparison;
    const why = failure === null ? '' : ` (since then: ${failure})`;
    const text = `routes were those of the database ${(ageMs / 1_000).toFixed(1)} s ago${why}`;
    return { tooOld: ageMs > MOST_AGE_MS, text };
  }

  /** @returns how to end the subscription */
  subscribe(subscriber: Subscriber): () => void {
    this.snapshot ??= snapshotOf([...this.routes.values()], this.receiptKey);
    subscriber(this.snapshot);
    subscriber(this.ping());
    this.subscribers.add(subscriber);
    return () => this.subscribers.delete(subscriber);
  }

  /**
   * Reads what the database has newer: whatever this process was told, or was not.
   * @throws Error where the database has lost a route that this process has
   */
  private async compare(): Promise<void> {
    // Before asking: what is told meanwhile may be newer than the answer.
    const known = new Map([...this.routes.values()].map(({ model, revision }) => [model, revision]));
    const newest = await this.uow.read((stores) => stores.routes.revisions());
    const missing = behind(known, newest);
    if (missing.length > FEW)
      for (const route of await this.uow.read((stores) => stores.routes.all())) this.apply(route);
    else for (const { modelId } of missing) await this.read(modelId);
    assertNoneLost(known, newest);
  }

  private async read(modelId: string): Promise<void> {
    const route = await this.uow.read((stores) => stores.routes.find(modelId));
    if (route) this.apply(route);
  }

  private apply(route: Route): void {
    if (!isNewer(this.routes.get(route.model), route)) return;
    this.routes.set(route.model, route);
    this.snapshot = null;
    this.send(changeOf(route));
  }

  private ping(): RouteMessage {
    return pingOf([...this.routes.values()], { everyMs: PING_MS, ageMs: this.comparison.ageMs });
  }

  private send(message: RouteMessage): void {
    for (const subscriber of this.subscribers) subscriber(message);
  }
}
