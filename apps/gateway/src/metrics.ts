import { Counter, Gauge, Histogram, Registry, withProcessMetrics } from '#libs/observe';
import type { RouteTable } from './route-table.ts';

export interface GatewayMetrics {
  readonly registry: Registry;
  readonly requests: Counter<'model' | 'arm' | 'status'>;
  readonly seconds: Histogram<'model' | 'arm'>;
  readonly fallbacks: Counter<'model'>;
}

/** The usual names: `_total` for counts, `_seconds` for time. */
export function gatewayMetrics(routes: RouteTable): GatewayMetrics {
  const registry = withProcessMetrics(new Registry());
  const registers = [registry];
  new Gauge({
    name: 'understudy_gateway_route_revision',
    help: 'The route revision that this gateway serves by',
    labelNames: ['model'],
    registers,
    collect() {
      for (const route of routes.all()) this.set({ model: route.model }, route.revision);
    },
  });
  return {
    registry,
    requests: new Counter({
      name: 'understudy_gateway_requests_total',
      help: 'Answers to callers',
      labelNames: ['model', 'arm', 'status'],
      registers,
    }),
    seconds: new Histogram({
      name: 'understudy_gateway_upstream_seconds',
      help: 'Until the whole answer was there',
      labelNames: ['model', 'arm'],
      registers,
    }),
    fallbacks: new Counter({
      name: 'understudy_gateway_fallbacks_total',
      help: 'Requests of the candidate that the primary answered',
      labelNames: ['model'],
      registers,
    }),
  };
}
