import { Counter, Gauge, Registry, withProcessMetrics } from '#libs/observe';
import type { RouteTable } from './route-table.ts';

type Arm = 'primary' | 'candidate';

/** Upper bounds of the histogram's buckets, in seconds: the defaults of Prometheus clients. */
const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/**
 * What a gateway counts for Prometheus. Requests are added up in plain numbers and handed over when
 * somebody looks: a labelled counter costs more than the choice of an arm.
 */
export class GatewayMetrics {
  private readonly answers = new Map<string, Map<number, number>>();
  private readonly times = new Map<string, { sum: number; counts: number[] }>();
  private readonly fallbacks = new Map<string, number>();

  constructor(readonly registry: Registry) {}

  answered(model: string, arm: Arm, status: number): void {
    const key = `${arm} ${model}`;
    let byStatus = this.answers.get(key);
    if (!byStatus) this.answers.set(key, (byStatus = new Map()));
    byStatus.set(status, (byStatus.get(status) ?? 0) + 1);
  }

  /** Seconds until the primary's whole answer was there. */
  took(model: string, seconds: number): void {
    let times = this.times.get(model);
    if (!times) this.times.set(model, (times = { sum: 0, counts: SECONDS.map(() => 0).concat(0) }));
    times.sum += seconds;
    let at = 0;
    while (at < SECONDS.length && seconds > (SECONDS[at] ?? 0)) at++;
    times.counts[at] = (times.counts[at] ?? 0) + 1;
  }

  /** The primary answered a request of the candidate. */
  fellBack(model: string): void {
    this.fallbacks.set(model, (this.fallbacks.get(model) ?? 0) + 1);
  }

  *answerCounts(): Generator<{ labels: { model: string; arm: string; status: string }; count: number }> {
    for (const [key, byStatus] of this.answers) {
      const space = key.indexOf(' ');
      const [arm, model] = [key.slice(0, space), key.slice(space + 1)];
      for (const [status, count] of byStatus) yield { labels: { model, arm, status: String(status) }, count };
    }
  }

  fallbackCounts(): Iterable<readonly [model: string, count: number]> {
    return this.fallbacks;
  }

  /** Cumulative, as Prometheus has them: one value for each bound, the sum, and the count. */
  *timeValues(): Generator<{ name: string; labels: Record<string, string>; value: number }> {
    for (const [model, { sum, counts }] of this.times) {
      let total = 0;
      for (const [i, count] of counts.entries()) {
        total += count;
        const le = i < SECONDS.length ? String(SECONDS[i]) : '+Inf';
        yield { name: 'bucket', labels: { le, model, arm: 'primary' }, value: total };
      }
      yield { name: 'sum', labels: { model, arm: 'primary' }, value: sum };
      yield { name: 'count', labels: { model, arm: 'primary' }, value: total };
    }
  }
}

/** The usual names: `_total` for counts, `_seconds` for time. */
export function gatewayMetrics(routes: RouteTable): GatewayMetrics {
  const registry = withProcessMetrics(new Registry());
  const metrics = new GatewayMetrics(registry);
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
  new Counter({
    name: 'understudy_gateway_requests_total',
    help: 'Answers to callers',
    labelNames: ['model', 'arm', 'status'],
    registers,
    collect() {
      this.reset();
      for (const { labels, count } of metrics.answerCounts()) this.inc(labels, count);
    },
  });
  new Counter({
    name: 'understudy_gateway_fallbacks_total',
    help: 'Requests of the candidate that the primary answered',
    labelNames: ['model'],
    registers,
    collect() {
      this.reset();
      for (const [model, count] of metrics.fallbackCounts()) this.inc({ model }, count);
    },
  });
  registerHistogram(registry, 'understudy_gateway_upstream_seconds', 'Until the whole answer was there', () =>
    metrics.timeValues(),
  );
  return metrics;
}

/** A histogram whose numbers are kept elsewhere; prom-client's own can only be filled value by value. */
function registerHistogram(
  registry: Registry,
  name: string,
  help: string,
  values: () => Iterable<{ name: string; labels: Record<string, string>; value: number }>,
): void {
  const metric = {
    name,
    help,
    type: 'histogram',
    aggregator: 'sum',
    get: () =>
      Promise.resolve({
        ...{ name, help, type: 'histogram', aggregator: 'sum' },
        values: [...values()].map(({ name: part, labels, value }) => ({
          labels,
          value,
          metricName: `${name}_${part}`,
        })),
      }),
    reset: () => undefined,
  };
  registry.registerMetric(metric as unknown as Parameters<Registry['registerMetric']>[0]);
}
