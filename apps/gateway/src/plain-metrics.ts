import { Counter, type Registry } from '#libs/observe';

interface Count {
  readonly labels: readonly string[];
  count: number;
}

/** The count of some labels, and those of the same labels with one more. */
interface Branch {
  count: Count | null;
  readonly below: Map<string, Branch>;
}

const newBranch = (): Branch => ({ count: null, below: new Map() });

/**
 * Counts in plain numbers, handed to Prometheus when somebody looks: a labelled counter costs more than
 * the choice of an arm.
 */
export class LabelledCounts {
  private readonly counts: Count[] = [];
  /** By one label after the other: putting a key together would take longer than finding the count by it. */
  private readonly root = newBranch();

  constructor(private readonly names: readonly string[]) {}

  /** @param labels values in the order of the names */
  add(...labels: readonly string[]): void {
    let branch = this.root;
    for (const label of labels) {
      let next = branch.below.get(label);
      if (next === undefined) branch.below.set(label, (next = newBranch()));
      branch = next;
    }
    (branch.count ??= this.begin(labels)).count++;
  }

  private begin(labels: readonly string[]): Count {
    const count = { labels, count: 0 };
    this.counts.push(count);
    return count;
  }

  register(registry: Registry, name: string, help: string): void {
    const { counts, names } = this;
    new Counter({
      name,
      help,
      labelNames: [...names],
      registers: [registry],
      collect() {
        this.reset();
        for (const { labels, count } of counts)
          this.inc(Object.fromEntries(names.map((label, i) => [label, labels[i] ?? ''])), count);
      },
    });
  }
}

/** Upper bounds of the histogram's buckets, in seconds: the defaults of Prometheus clients. */
const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

interface HistogramValue {
  readonly name: string;
  readonly labels: Record<string, string>;
  readonly value: number;
}

/** Times by model, in the buckets of a Prometheus histogram. */
export class TimeBuckets {
  private readonly times = new Map<string, { sum: number; counts: number[] }>();

  add(model: string, seconds: number): void {
    let times = this.times.get(model);
    if (!times) this.times.set(model, (times = { sum: 0, counts: SECONDS.map(() => 0).concat(0) }));
    times.sum += seconds;
    let at = 0;
    while (at < SECONDS.length && seconds > (SECONDS[at] ?? 0)) at++;
    times.counts[at] = (times.counts[at] ?? 0) + 1;
  }

  /** Cumulative, as Prometheus has them: one value for each bound, the sum, and the count. */
  *values(arm: string): Generator<HistogramValue> {
    for (const [model, { sum, counts }] of this.times) {
      let total = 0;
      for (const [i, count] of counts.entries()) {
        total += count;
        const le = i < SECONDS.length ? String(SECONDS[i]) : '+Inf';
        yield { name: 'bucket', labels: { le, model, arm }, value: total };
      }
      yield { name: 'sum', labels: { model, arm }, value: sum };
      yield { name: 'count', labels: { model, arm }, value: total };
    }
  }
}

/** A histogram whose numbers are kept elsewhere; prom-client's own can only be filled value by value. */
export function registerHistogram(
  registry: Registry,
  name: string,
  help: string,
  values: () => Iterable<HistogramValue>,
): void {
  const kind = { name, help, type: 'histogram', aggregator: 'sum' };
  const metric = {
    ...kind,
    get: () =>
      Promise.resolve({
        ...kind,
        values: [...values()].map(({ name: part, ...rest }) => ({ ...rest, metricName: `${name}_${part}` })),
      }),
    reset: () => undefined,
  };
  registry.registerMetric(metric as unknown as Parameters<Registry['registerMetric']>[0]);
}
