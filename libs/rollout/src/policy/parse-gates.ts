import { z } from 'zod';
import type { QuantileMargin } from '#libs/stats';
import { askedStart } from '../decide/asked-start.ts';
import { gateFields, splitFeedback, type RawGate } from './gate-fields.ts';
import type { Gate, RateMargin, TokenMargin } from './gates/gates.ts';
import { queryOfGate } from './templates/metric-templates.ts';
import { isTimeGate, partsOfTime } from './gates/time-metric.ts';
import { isCostGate, isUsageGate, partsOfUsage } from './gates/usage-metric.ts';
import { boundOf } from './gates/value-bound.ts';

/** One gate of a policy document. A gate without a condition is refused. */
export const gate = z.preprocess(
  splitFeedback,
  gateFields.transform((raw, context): Gate => {
    const built = build(raw);
    if (typeof built !== 'string') return built;
    context.addIssue({ code: 'custom', message: built });
    return z.NEVER;
  }),
);

/** The gate, or what is wrong with it. */
function build(raw: RawGate): Gate | string {
  const { in: judgedIn, dryRun } = raw;
  const metricName = raw.metric === 'feedback' ? `feedback.${raw.feedback}` : raw.metric;
  const shared = { name: raw.name ?? metricName, in: judgedIn, dryRun, ...startPeriodsOf(raw) };
  const segments = 'segments' in raw ? raw.segments : null;
  if (segments !== null && 'winsorize' in raw && raw.winsorize !== undefined)
    return 'where values are cut off is chosen from all of them, and what it is chosen from is not judged, which is not kept for each segment: give a "range", or leave "segments" out';
  if (isTimeGate(raw)) {
    const margin = oneOf<QuantileMargin>(raw);
    if (margin === null) return 'give exactly one of maxIncrease (ms) and maxIncreaseRatio';
    const isMean = partsOfTime(raw.metric).statistic === 'mean';
    if (!isMean && (raw.range ?? raw.winsorize) !== undefined)
      return `"range" and "winsorize" bound the values of a mean; ${raw.metric} is a quantile, which none of them moves`;
    const bound = boundOf(
      raw,
      { worse: 'higher', ...margin, ...('increase' in margin && { by: margin.increase }) },
      PLAIN,
    );
    return typeof bound === 'string' ? bound : { ...shared, segments, metric: raw.metric, margin, bound };
  }
  if (isUsageGate(raw)) {
    const margin = tokenMargin(raw);
    const unit = isCostGate(raw) ? "in the currency of the model's prices" : partsOfUsage(raw.metric).unit;
    if (margin === null)
      return `give exactly one of maxIncrease, maxDecrease (${unit}, above 0), maxIncreaseRatio and minRatio`;
    const bound = boundOf(raw, margin, PLAIN);
    return typeof bound === 'string' ? bound : { ...shared, segments, metric: raw.metric, margin, bound };
  }
  switch (raw.metric) {
    case 'error_rate':
    case 'schema_violations': {
      const margin = rateMargin(raw);
      if (margin === null)
        return 'give exactly one of maxIncrease (a share, such as 0.01, or { points, ratio }) and maxIncreaseRatio';
      return { ...shared, segments, metric: raw.metric, margin };
    }
    case 'agreement':
    case 'rank_correlation':
    case 'judge_win_rate':
      return { ...shared, segments, metric: raw.metric, min: raw.min };
    case 'score_delta': {
      const bound = boundOf(raw, { worse: 'higher' }, PLAIN);
      if (typeof bound === 'string') return bound;
      if (bound?.kind === 'range' && (raw.max <= bound.from || raw.max >= bound.to))
        return `a mean of values within ${bound.from} and ${bound.to} is always on the same side of ${raw.max}: give a "max" within "range"`;
      return { ...shared, segments, metric: raw.metric, max: raw.max, bound };
    }
    case 'edit_distance_mean':
    case 'embedding_distance_mean':
    case 'input_drift':
      return { ...shared, segments, metric: raw.metric, max: raw.max };
    case 'output_drift':
    case 'confidence':
      return { ...shared, segments, metric: raw.metric, max: raw.max, against: raw.against };
    case 'sample_ratio':
      return { ...shared, segments, metric: raw.metric };
    case 'feedback': {
      const { feedback, model, values, over, maturity, window: windowMs, maxDecrease, maxIncrease } = raw;
      if ((maxDecrease === undefined) === (maxIncrease === undefined))
        return 'give exactly one of maxDecrease (more is better) and maxIncrease (less is better)';
      const worse = maxDecrease === undefined ? 'higher' : 'lower';
      const by = maxDecrease ?? maxIncrease ?? 0;
      if (values === 'proportion' && by >= 1) return 'a proportion moves by less than 1';
      if (values === 'mean' && by === 0) return 'a mean needs a margin above 0';
      if (values === 'mean' && over !== 'auto')
        return '"over" says what a proportion is over; a mean is over what is reported';
      if (values === 'proportion' && (raw.range ?? raw.winsorize) !== undefined)
        return 'a proportion is of zeros and ones, which "range" and "winsorize" do not change: leave them out, or write values: mean';
      const bound = boundOf(raw, { worse, by }, { negative: true });
      if (typeof bound === 'string') return bound;
      if (over === 'answers' && maturity > 0)
        return 'over all answers those without feedback are counted too, so "maturity" says nothing: leave it out, and say by "window" how late feedback comes';
      return {
        ...shared,
        segments,
        metric: 'feedback',
        feedback,
        model,
        values,
        worse,
        by,
        bound,
        windowMs,
        over,
        maturity,
      };
    }
    case 'prometheus': {
      const { source, min = null, max = null, interval, consecutiveFailures } = raw;
      const asked = queryOfGate(raw);
      if ('missing' in asked) return asked.missing;
      if (min === null && max === null)
        return 'give min, max or both: a gate without a condition judges nothing';
      return {
        ...shared,
        metric: raw.metric,
        source,
        query: asked.query,
        min,
        max,
        intervalMs: interval,
        consecutiveFailures,
      };
    }
    case 'http': {
      const { url, source, interval, consecutiveFailures } = raw;
      return { ...shared, metric: raw.metric, url, source, intervalMs: interval, consecutiveFailures };
    }
  }
}

/** Times, tokens, money and distances. */
const PLAIN = { negative: false };

/** Default of `startPeriod`: of times always, of failures where the candidate's process was just started. */
const DEFAULT_START_MS = 10_000;

function startPeriodsOf(raw: RawGate): Pick<Gate, 'startPeriod' | 'coldStart'> {
  const { startPeriod } = raw;
  if (startPeriod !== undefined)
    return { startPeriod: askedStart(startPeriod), coldStart: askedStart(startPeriod) };
  const isTimed = isTimeGate(raw);
  return {
    startPeriod: askedStart(isTimed ? DEFAULT_START_MS : 0),
    coldStart: askedStart(isTimed || raw.metric === 'error_rate' ? DEFAULT_START_MS : 0),
  };
}

function rateMargin({
  maxIncrease,
  maxIncreaseRatio,
}: Pick<RawGate & { metric: 'error_rate' }, 'maxIncrease' | 'maxIncreaseRatio'>): RateMargin | null {
  if (typeof maxIncrease !== 'object') return oneOf<RateMargin>({ maxIncrease, maxIncreaseRatio });
  const { points, ratio } = maxIncrease;
  return maxIncreaseRatio === undefined ? { increase: points, harmRatio: ratio } : null;
}

function oneOf<M extends { readonly increase: number } | { readonly ratio: number }>(raw: {
  readonly maxIncrease?: number | undefined;
  readonly maxIncreaseRatio?: number | undefined;
}): M | null {
  const { maxIncrease: increase, maxIncreaseRatio: ratio } = raw;
  if (increase !== undefined && ratio === undefined) return { increase } as M;
  if (ratio !== undefined && increase === undefined) return { ratio } as M;
  return null;
}

function tokenMargin(
  raw: Readonly<
    Partial<Record<'maxIncrease' | 'maxDecrease' | 'maxIncreaseRatio' | 'minRatio', number | undefined>>
  >,
): TokenMargin | null {
  const given: TokenMargin[] = [];
  const { maxIncrease, maxDecrease, maxIncreaseRatio, minRatio } = raw;
  if (maxIncrease !== undefined) given.push({ worse: 'higher', by: maxIncrease });
  if (maxDecrease !== undefined) given.push({ worse: 'lower', by: maxDecrease });
  if (maxIncreaseRatio !== undefined) given.push({ worse: 'higher', ratio: maxIncreaseRatio });
  if (minRatio !== undefined) given.push({ worse: 'lower', ratio: minRatio });
  const [one] = given;
  return given.length !== 1 || one === undefined || ('by' in one && one.by === 0) ? null : one;
}
