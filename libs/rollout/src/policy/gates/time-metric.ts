/** What takes time: the whole answer; of a stream, its first event, and the mean from one event to the next. */
const TIMES = ['latency', 'ttft', 'inter_token'] as const;
const STATISTICS = ['mean', 'p50', 'p95', 'p99'] as const;
export type Time = (typeof TIMES)[number];
export type TimeStatistic = (typeof STATISTICS)[number];

/** A gate's metric on a time, such as `ttft_p95`; in milliseconds. */
export type TimeMetric = `${Time}_${TimeStatistic}`;

const PARTS = Object.fromEntries(
  TIMES.flatMap((time) =>
    STATISTICS.map((statistic) => [`${time}_${statistic}`, { time, statistic }] as const),
  ),
) as Readonly<Record<TimeMetric, { readonly time: Time; readonly statistic: TimeStatistic }>>;
export const TIME_METRICS = Object.keys(PARTS) as TimeMetric[];

/** Does a gate judge a time? */
export const isTimeGate = <G extends { readonly metric: string }>(
  gate: G,
): gate is Extract<G, { readonly metric: TimeMetric }> => Object.hasOwn(PARTS, gate.metric);

/** Which time, and what of it. */
export const partsOfTime = (metric: TimeMetric): (typeof PARTS)[TimeMetric] => PARTS[metric];
