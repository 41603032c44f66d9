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

/** Bounds that OpenTelemetry asks for (semantic conventions for generative AI metrics). */
export const GEN_AI_BOUNDS = {
  tokens: [1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864],
  firstToken: [0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10],
  perToken: [0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 2.5],
} as const;
/** Of money, in the currency of a model's prices: an answer costs a millionth, or ten. */
export const COST_BOUNDS = [1e-6, 1e-5, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 0.1, 0.3, 1, 3, 10] as const;

/** Values by some labels, in the buckets of a Prometheus histogram; in plain numbers, as `LabelledCounts`. */
export class LabelledBuckets {
  private readonly found = new Map<string, { labels: readonly string[]; sum: number; counts: number[] }>();

  constructor(
    private readonly names: readonly string[],
    private readonly bounds: readonly number[],
  ) {}

  /** @param labels in the order of the names */
  add(value: number, ...labels: readonly string[]): void {
    const key = labels.join('\n');
    let all = this.found.get(key);
    if (!all)
      this.found.set(
        key,
        (all = { labels, sum: 0, counts: new Array<number>(this.bounds.length + 1).fill(0) }),
      );
    all.sum += value;
    let at = 0;
    while (at < this.bounds.length && value > (this.bounds[at] ?? 0)) at++;
    all.counts[at] = (all.counts[at] ?? 0) + 1;
  }

  /** Cumulative, as Prometheus has them: one value for each bound, the sum, and the count. */
  *values(): Generator<HistogramValue> {
    for (const { labels: said, sum, counts } of this.found.values()) {
      const labels = Object.fromEntries(this.names.map((name, i) => [name, said[i] ?? '']));
      let total = 0;
      for (const [i, count] of counts.entries()) {
        total += count;
        const le = i < this.bounds.length ? String(this.bounds[i]) : '+Inf';
        yield { name: 'bucket', labels: { le, ...labels }, value: total };
      }
      yield { name: 'sum', labels, value: sum };
      yield { name: 'count', labels, value: total };
    }
  }
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
