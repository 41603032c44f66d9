import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '#libs/observe';
import { RepeatedErrors } from '#libs/observe';
import { type GatewayRoute, modelOf, nameOf, type RouteKind } from '#libs/gateway-api';
import type { KubernetesApi, RouteEvent } from './kubernetes-api.ts';

/** All is listed anew so often, whatever a watch has told: what it lost, or what broke silently, is found then. */
const SWEEP_SECONDS = 30;
const FIRST_PAUSE_MS = 200;
const MOST_PAUSE_MS = 5_000;

/** The routes of some kinds that are lent to Understudy, as the API server last told them. */
export class FollowedObjects {
  private readonly objects = new Map<string, GatewayRoute>();
  /** Names of objects. */
  private readonly byModel = new Map<string, Set<string>>();
  private readonly stopping = new AbortController();
  private readonly done: readonly Promise<void>[];
  /** By kind. A model may come by any of them, so nothing is known before all of them are. */
  private readonly away = new Map<RouteKind, string>();

  /** @param changed names of objects to look at again: those that have changed, and all of them now and then */
  constructor(
    private readonly api: Pick<KubernetesApi, 'list' | 'watch'>,
    private readonly logger: Logger,
    private readonly changed: (names: readonly string[]) => void,
    kinds: readonly RouteKind[],
    private readonly sweepSeconds: number = SWEEP_SECONDS,
  ) {
    for (const kind of kinds) this.away.set(kind, 'the API server has not been asked yet');
    this.done = kinds.map((kind) => this.follow(kind));
  }

  /** Why nothing is known of the cluster as it is now; `null`: it is. */
  get whyAway(): string | null {
    const [why] = this.away.values();
    return why ?? null;
  }

  find(name: string): GatewayRoute | undefined {
    return this.objects.get(name);
  }

  /** Those that carry a model's callers. */
  ofModel(model: string): readonly GatewayRoute[] {
    return [...(this.byModel.get(model) ?? [])].map((name) => this.objects.get(name)).filter((one) => !!one);
  }

  /** What the API server answered to a change of ours. */
  take(object: GatewayRoute): void {
    this.put(object);
    this.changed([nameOf(object)]);
  }

  forget(name: string): void {
    this.drop(name);
    this.changed([name]);
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await Promise.all(this.done);
  }

  private async follow(kind: RouteKind): Promise<void> {
    const { signal } = this.stopping;
    const errors = new RepeatedErrors((error, times) => {
      const { message } = error as Error;
      this.logger.error({ kind, times }, `${message}; routes in the cluster stay as they are`);
    });
    let pause = FIRST_PAUSE_MS;
    while (!signal.aborted) {
      try {
        const { objects, resourceVersion } = await this.api.list(kind);
        this.replace(kind, objects);
        pause = FIRST_PAUSE_MS;
        await this.api.watch(kind, resourceVersion, this.sweepSeconds, signal, (event) => this.hear(event));
      } catch (error) {
        if (signal.aborted) return;
        this.away.set(kind, (error as Error).message);
        errors.note(error);
        await this.rest(pause);
        pause = Math.min(MOST_PAUSE_MS, pause * 2);
      }
    }
  }

  private async rest(ms: number): Promise<void> {
    try {
      await sleep(ms, undefined, { signal: this.stopping.signal });
    } catch {
      // It stops.
    }
  }

  private replace(kind: RouteKind, objects: readonly GatewayRoute[]): void {
    const own = [...this.objects.values()].filter((one) => one.kind === kind).map(nameOf);
    const gone = new Set(own);
    for (const object of objects) {
      this.put(object);
      gone.delete(nameOf(object));
    }
    for (const name of gone) this.drop(name);
    this.away.delete(kind);
    this.changed([...gone, ...objects.map(nameOf)]);
  }

  private hear({ kind, object }: RouteEvent): void {
    const name = nameOf(object);
    if (kind === 'deleted') this.drop(name);
    else this.put(object);
    this.changed([name]);
  }

  private put(object: GatewayRoute): void {
    const name = nameOf(object);
    this.drop(name);
    const model = modelOf(object);
    if (model === null) return;
    this.objects.set(name, object);
    this.byModel.set(model, (this.byModel.get(model) ?? new Set()).add(name));
  }

  private drop(name: string): void {
    const before = this.objects.get(name);
    this.objects.delete(name);
    const model = before && modelOf(before);
    if (typeof model !== 'string') return;
    const names = this.byModel.get(model);
    names?.delete(name);
    if (names?.size === 0) this.byModel.delete(model);
  }
}
