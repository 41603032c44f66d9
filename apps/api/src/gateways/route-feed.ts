import { Inject, Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { type RouteMessage, snapshotOf } from '#libs/gateway-protocol';
import { isNewer, type Route } from '#libs/traffic';
import { RECEIPT_KEY, ROUTE_CHANGES, type RouteChanges, UNIT_OF_WORK, type UnitOfWork } from '../ports.ts';

type Subscriber = (message: RouteMessage) => void;

const PING_MS = 3_000;
const RETRY_MS = 500;

/** The newest route of every model, pushed to every gateway that is connected to this process. */
@Injectable()
export class RouteFeed implements OnModuleInit, OnModuleDestroy {
  private readonly routes = new Map<string, Route>();
  private readonly subscribers = new Set<Subscriber>();
  private retry: NodeJS.Timeout | null = null;
  private readonly ping = setInterval(() => this.send({ kind: 'ping' }), PING_MS);

  constructor(
    @Inject(UNIT_OF_WORK) private readonly uow: UnitOfWork,
    @Inject(ROUTE_CHANGES) private readonly changes: RouteChanges,
    @Inject(RECEIPT_KEY) private readonly receiptKey: string,
  ) {}

  async onModuleInit(): Promise<void> {
    this.changes.subscribe({
      changed: (modelId, route) => {
        if (route) this.apply(route);
        else void this.reload(modelId).catch(() => this.reloadSoon());
      },
      // Notifications said while we were cut off are lost: look at everything once.
      missed: () => void this.reloadAll().catch(() => this.reloadSoon()),
    });
    await this.reloadAll();
  }

  onModuleDestroy(): void {
    clearInterval(this.ping);
    if (this.retry) clearTimeout(this.retry);
  }

  /** @returns how to end the subscription */
  subscribe(subscriber: Subscriber): () => void {
    subscriber(snapshotOf([...this.routes.values()], this.receiptKey));
    this.subscribers.add(subscriber);
    return () => this.subscribers.delete(subscriber);
  }

  /** A route that could not be read must not be missed: look at everything until that has worked. */
  private reloadSoon(): void {
    this.retry ??= setTimeout(() => {
      this.retry = null;
      this.reloadAll().catch(() => this.reloadSoon());
    }, RETRY_MS);
  }

  private async reload(modelId: string): Promise<void> {
    const route = await this.uow.run((stores) => stores.routes.find(modelId));
    if (route) this.apply(route);
  }

  private async reloadAll(): Promise<void> {
    for (const route of await this.uow.run((stores) => stores.routes.all())) this.apply(route);
  }

  private apply(route: Route): void {
    if (!isNewer(this.routes.get(route.model), route)) return;
    this.routes.set(route.model, route);
    this.send({ kind: 'route', route });
  }

  private send(message: RouteMessage): void {
    for (const subscriber of this.subscribers) subscriber(message);
  }
}
