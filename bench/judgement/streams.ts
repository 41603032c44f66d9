/** One kind of traffic: what a request of either arm gives, at request number `n`. */
export interface Scenario {
  readonly name: string;
  readonly metric: 'error_rate' | 'latency_p95' | 'click' | 'score';
  readonly kind: 'null' | 'borderline' | 'harmful' | 'catastrophic';
  /** For rates 0 or 1 (1: bad); else a value where more is worse. */
  draw(candidate: boolean, n: number, random: () => number): number;
}

const rate = (
  name: string,
  kind: Scenario['kind'],
  metric: 'error_rate' | 'click',
  p: number,
  c: number,
): Scenario => ({
  ...{ name, metric, kind },
  draw: (candidate, _n, random) => (random() < (candidate ? c : p) ? 1 : 0),
});

const normal = (random: () => number): number =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

/** Log-normal latencies around 20 ms, as servers have them. */
const latency = (name: string, kind: Scenario['kind'], factor: number): Scenario => ({
  ...{ name, kind, metric: 'latency_p95' },
  draw: (candidate, _n, random) => 20 * Math.exp(0.3 * normal(random)) * (candidate ? factor : 1),
});

/** Scores with a spread of 1, where less is worse: the value is the loss. */
const score = (name: string, kind: Scenario['kind'], loss: number): Scenario => ({
  ...{ name, kind, metric: 'score' },
  draw: (candidate, _n, random) => 5 + normal(random) + (candidate ? loss : 0),
});

export const SCENARIOS: readonly Scenario[] = [
  rate('errors 1 % / 1 %', 'null', 'error_rate', 0.01, 0.01),
  rate('errors 1 % / 2 %', 'borderline', 'error_rate', 0.01, 0.02),
  rate('errors 1 % / 5 %', 'harmful', 'error_rate', 0.01, 0.05),
  rate('errors 1 % / 20 %', 'catastrophic', 'error_rate', 0.01, 0.2),
  latency('latency as before', 'null', 1),
  latency('latency 1.25 times', 'borderline', 1.25),
  latency('latency 1.5 times', 'harmful', 1.5),
  latency('latency 3 times', 'catastrophic', 3),
  rate('no click 90 % / 90 %', 'null', 'click', 0.9, 0.9),
  rate('no click 90 % / 92 %', 'borderline', 'click', 0.9, 0.92),
  rate('no click 90 % / 95 %', 'harmful', 'click', 0.9, 0.95),
  rate('no click 90 % / 100 %', 'catastrophic', 'click', 0.9, 1),
  score('score as before', 'null', 0),
  score('score 0.1 lower', 'borderline', 0.1),
  score('score 0.3 lower', 'harmful', 0.3),
  score('score 1.5 lower', 'catastrophic', 1.5),
];

/** Base rates that move while the weight climbs; `bad` at request n of so many. */
export interface Moving {
  readonly name: string;
  rate(n: number, total: number, unit: number): number;
  /** Who sends request n; left out: anybody. */
  unit?(n: number): number | null;
}

/** Every fiftieth unit fails half the time, the rest as always. */
const CLUSTERED = (unit: number): number => (unit % 50 === 0 ? 0.5 : 0.0102);

/** In every thousand requests, one user of `BUSY_USERS` sends a fifth of them in a row; of some, all fail. */
const BUSY_USERS = 4_999;
const busyUnit = (n: number): number | null =>
  n % 1_000 < 200 ? (Math.imul(Math.floor(n / 1_000) + 1, 7_907) >>> 0) % BUSY_USERS : null;

export const MOVING: readonly Moving[] = [
  { name: 'steady', rate: () => 0.02 },
  { name: 'daily wave', rate: (n, total) => 0.03 + 0.028 * Math.sin((4 * Math.PI * n) / total) },
  { name: 'step up', rate: (n, total) => (n < total / 2 ? 0.005 : 0.08) },
  { name: 'bursts', rate: (n) => (n % 1_500 < 100 ? 0.4 : 0.005) },
  { name: 'failures of a unit together', rate: (_n, _total, unit) => CLUSTERED(unit) },
  {
    name: 'a busy unit that always fails',
    rate: (n, _total, unit) => (busyUnit(n) === unit ? 0.9 : 0.01),
    unit: busyUnit,
  },
];
