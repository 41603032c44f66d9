import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '#libs/observe';
import { RepeatedErrors } from '#libs/observe';
import { type HttpRoute, modelOf, nameOf } from '#libs/gateway-api';
import type { KubernetesApi, RouteEvent } from './kubernetes-api.ts';

/** All is listed anew so often, whatever a watch has told: what it lost, or what broke silently, is found then. */
const SWEEP_SECONDS = 30;
const FIRST_PAUSE_MS = 200;
const MOST_PAUSE_MS = 5_000;

/** The HTTPRoutes that are lent to Understudy, as the API server last told them. */
export class FollowedObjects {
  private readonly objects = new Map<string, HttpRoute>();
  /** Names of objects. */
  private readonly byModel = new Map<string, Set<string>>();
  private readonly stopping = new AbortController();
  private readonly done: Promise<void>;
  private away: string | null = 'the API server has not been asked yet';

  /** @param changed names of objects to look at again: those that have changed, and all of them now and then */
  constructor(
    private readonly api: Pick<KubernetesApi, 'list' | 'watch'>,
    private readonly logger: Logger,
    private readonly changed: (names: readonly string[]) => void,
    private readonly sweepSeconds: number = SWEEP_SECONDS,
  ) {
    this.done = this.follow();
  }

  /** Why nothing is known of the cluster as it is now; `null`: it is. */
  get whyAway(): string | null {
    return this.away;
  }

  find(name: string): HttpRoute | undefined {
    return this.objects.get(name);
  }

  /** Those that carry a model's callers. */
  ofModel(model: string): readonly HttpRoute[] {
    return [...(this.byModel.get(model) ?? [])].map((name) => this.objects.get(name)).filter((one) => !!one);
  }

  /** What the API server answered to a change of ours. */
  take(object: HttpRoute): void {
    this.put(object);
    this.changed([nameOf(object)]);
  }

  forget(name: string): void {
    this.drop(name);
    this.changed([name]);
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.done;
  }

  private async follow(): Promise<void> {
    const { signal } = this.stopping;
    const errors = new RepeatedErrors((error, times) => {
      const { message } = error as Error;
      this.logger.error({ times }, `${message}; routes in the cluster stay as they are`);
    });
    let pause = FIRST_PAUSE_MS;
    while (!signal.aborted) {
      try {
        const { objects, resourceVersion } = await this.api.list();
        this.replace(objects);
        pause = FIRST_PAUSE_MS;
        await this.api.watch(resourceVersion, this.sweepSeconds, signal, (event) => this.hear(event));
      } catch (error) {
        if (signal.aborted) return;
        this.away = (error as Error).message;
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

  private replace(objects: readonly HttpRoute[]): void {
    const gone = new Set(this.objects.keys());
    for (const object of objects) {
      this.put(object);
      gone.delete(nameOf(object));
    }
    for (const name of gone) this.drop(name);
    this.away = null;
    this.changed([...gone, ...this.objects.keys()]);
  }

  private hear({ kind, object }: RouteEvent): void {
    const name = nameOf(object);
    if (kind === 'deleted') this.drop(name);
    else this.put(object);
    this.changed([name]);
  }

  private put(object: HttpRoute): void {
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
