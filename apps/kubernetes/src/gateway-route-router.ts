import { after, PROCESS, whenSettled } from '#libs/data-plane';
import {
  foreignWords,
  type GatewayRoute,
  modelOf,
  nameOf,
  type OnForeignEdit,
  type Plan,
  planRoute,
} from '#libs/gateway-api';
import type { Logger } from '#libs/observe';
import type { Route } from '#libs/traffic';
import type { FollowedObjects } from './followed-objects.ts';
import type { KubernetesApi } from './kubernetes-api.ts';
import { KubernetesError } from './kubernetes-error.ts';
import type { RouterFigures } from './router-figures.ts';
import { type Standing, standingOf } from './standing.ts';
import type { TrafficRouter } from './traffic-router.ts';

const MOST_AT_ONCE = 16;
const AGAIN_MS = 2_000;
const NOT_AS_WRITTEN =
  'it does not say what was just written to it: an admission webhook, or another policy of the cluster, changes it';

interface Parts {
  readonly api: Pick<KubernetesApi, 'apply' | 'get'>;
  readonly objects: Pick<FollowedObjects, 'ofModel' | 'find' | 'take' | 'forget' | 'whyAway'>;
  readonly routeOf: (model: string) => Route | undefined;
  readonly onForeignEdit: OnForeignEdit;
  readonly logger: Logger;
  readonly figures: Pick<RouterFigures, 'written' | 'foreign'>;
}

/** Brings HTTPRoutes and GRPCRoutes to what models' routes say, whenever one of both has changed. */
export class GatewayRouteRouter implements TrafficRouter {
  private readonly dirty = new Set<string>();
  private readonly busy = new Set<string>();
  private readonly failures = new Map<string, { readonly why: string; readonly passes: boolean }>();
  /** By model: the object that carried it last. */
  private readonly carriers = new Map<string, string>();
  /** What is not tried again before its time. */
  private readonly aside = new Set<string>();
  private readonly plans = new WeakMap<GatewayRoute, { readonly route: Route; readonly plan: Plan }>();

  constructor(private readonly parts: Parts) {}

  get whyAway(): string | null {
    return this.parts.objects.whyAway;
  }

  routesChanged(models: readonly string[]): void {
    this.objectsChanged(models.flatMap((model) => this.parts.objects.ofModel(model).map(nameOf)));
  }

  objectsChanged(names: readonly string[]): void {
    for (const name of names) {
      this.dirty.add(name);
      const object = this.parts.objects.find(name);
      const model = object && modelOf(object);
      if (typeof model === 'string') this.carriers.set(model, name);
    }
    this.startWaiting();
  }

  standing(route: Route): Standing | null {
    const objects = this.parts.objects.ofModel(route.model);
    const before = this.carriers.get(route.model);
    if (objects.length === 0)
      return before === undefined
        ? null
        : { kind: 'stuck', why: `${before} was deleted, or has its label of the model no longer` };
    const all = objects.map((object) =>
      standingOf(object, this.planOf(route, object), this.failures.get(nameOf(object)) ?? null),
    );
    const worst = all.find(({ kind }) => kind === 'stuck') ?? all.find(({ kind }) => kind === 'underWay');
    return worst ?? { kind: 'serves' };
  }

  private startWaiting(): void {
    for (const name of [...this.dirty]) {
      if (this.busy.size >= MOST_AT_ONCE) return;
      if (this.busy.has(name)) continue;
      this.dirty.delete(name);
      this.busy.add(name);
      const ended = (): void => {
        this.busy.delete(name);
        this.startWaiting();
      };
      whenSettled(PROCESS, this.bring(name), ended, (error) => {
        ended();
        throw error;
      });
    }
  }

  private planOf(route: Route, object: GatewayRoute): Plan {
    const known = this.plans.get(object);
    if (known?.route === route) return known.plan;
    const plan = planRoute(route, object, this.parts.onForeignEdit);
    this.plans.set(object, { route, plan });
    return plan;
  }

  private async bring(name: string): Promise<void> {
    const object = this.parts.objects.find(name);
    const route = object && this.parts.routeOf(modelOf(object) ?? '');
    if (!object || !route) return;
    const plan = this.planOf(route, object);
    if (this.aside.has(name)) return;
    const body = 'body' in plan ? plan.body : null;
    if (body === null) {
      this.failures.delete(name);
      return;
    }
    if (plan.kind === 'apply' && plan.foreign) this.sayForeign(name, route, plan.foreign);
    try {
      const written = await this.parts.api.apply(object, body);
      this.failures.delete(name);
      this.parts.figures.written('ok');
      this.parts.logger.info(
        { route: name, model: route.model, revision: route.revision },
        'route is written',
      );
      if (!written) return;
      const isAsWritten = this.planOf(route, written).kind !== 'apply';
      // Before it is taken: that has it looked at anew.
      if (!isAsWritten) this.setAside(name, NOT_AS_WRITTEN);
      this.parts.objects.take(written);
    } catch (error) {
      await this.failed(name, object, error);
    }
  }

  /** Written again at once it would be written for ever. */
  private setAside(name: string, why: string): void {
    if (this.failures.get(name)?.why !== why) this.parts.logger.error({ route: name }, why);
    this.failures.set(name, { why, passes: false });
    this.aside.add(name);
    after(PROCESS, AGAIN_MS, () => {
      this.aside.delete(name);
      this.objectsChanged([name]);
    }).unref();
  }

  private sayForeign(name: string, { model }: Route, foreign: Parameters<typeof foreignWords>[0]): void {
    this.parts.figures.foreign();
    this.parts.logger.warn({ route: name, model, ...foreign }, `${foreignWords(foreign)}: it is taken back`);
  }

  /** Somebody was faster: what is there now is compared anew. */
  private async lookAgain(name: string, object: GatewayRoute): Promise<void> {
    try {
      const fresh = await this.parts.api.get(object);
      if (fresh) this.parts.objects.take(fresh);
      else this.parts.objects.forget(name);
    } catch (error) {
      this.parts.logger.error({ route: name }, asKubernetesError(error).message);
      after(PROCESS, AGAIN_MS, () => this.objectsChanged([name])).unref();
    }
  }

  private async failed(name: string, object: GatewayRoute, error: unknown): Promise<void> {
    const { status, message, isAway } = asKubernetesError(error);
    this.parts.figures.written(status === 409 ? 'conflict' : 'refused');
    if (status === 409 || status === 404) {
      await this.lookAgain(name, object);
      return;
    }
    const before = this.failures.get(name);
    this.failures.set(name, { why: message, passes: isAway });
    if (before?.why !== message) this.parts.logger.error({ route: name }, message);
    after(PROCESS, AGAIN_MS, () => this.objectsChanged([name])).unref();
  }
}

function asKubernetesError(error: unknown): KubernetesError {
  if (error instanceof KubernetesError) return error;
  throw error;
}
