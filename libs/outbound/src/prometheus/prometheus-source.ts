import { z } from 'zod';
import { redactor } from '#libs/kernel';
import { fillQuery, type SourceGate } from '#libs/rollout';
import type { MetricSource } from '#libs/engine';
import { boundedText } from '../bounded-text.ts';
import type { PrometheusEndpoint } from './prometheus-endpoint.ts';

type About = Parameters<MetricSource['read']>[1];
type Answer = Awaited<ReturnType<MetricSource['read']>>;
type PrometheusGate = Extract<SourceGate, { metric: 'prometheus' }>;

const READ_MS = 5_000;
const LONGEST_ANSWER = 1024 * 1024;
/** So far a value's own time may be from that of its answer: as long as Prometheus looks back for a sample. */
const MOST_APART_S = 300;

/** The answer of GET /api/v1/query (https://prometheus.io/docs/prometheus/latest/querying/api/). */
const sample = z.tuple([z.number(), z.string()]);
const queryAnswer = z.object({
  status: z.literal('success'),
  warnings: z.array(z.string()).nullish(),
  /** VictoriaMetrics: some of its stores did not answer. */
  isPartial: z.boolean().nullish(),
  data: z.discriminatedUnion('resultType', [
    z.object({ resultType: z.literal('scalar'), result: sample }),
    z.object({ resultType: z.literal('vector'), result: z.array(z.object({ value: sample })) }),
  ]),
});
type Sample = z.infer<typeof sample>;

/** What is said of the query itself (a counter that is not called so), and of none of the data. Prometheus before 3 has both in one list. */
const OF_THE_QUERY = /^PromQL (info|warning): /;

/**
 * Asks Prometheus. An empty result is no data; NaN, an infinite value, a text that is no number, several series, a value of another time
 * and one of a part of the data are no answer.
 */
export async function readPrometheus(
  endpoint: PrometheusEndpoint,
  gate: PrometheusGate,
  about: About,
): Promise<Answer> {
  const url = new URL(endpoint.url);
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/api/v1/query`;
  const { headers, secrets } = await endpoint.shows();
  const response = await endpoint.fetch(url.href, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    body: new URLSearchParams({
      query: fillQuery(gate.query, about),
      timeout: '5s',
      // Of Thanos: a part of the stores must not pass for all of them. Others do not know it.
      partial_response: 'false',
      // The same of VictoriaMetrics.
      deny_partial_response: '1',
    }).toString(),
    signal: AbortSignal.timeout(READ_MS),
    redirect: 'error',
  });
  // Before any of it is cut off or shown: a proxy may repeat what it was sent.
  const text = redactor(secrets)(await boundedText(response, LONGEST_ANSWER));
  if (!response.ok) throw new Error(`Prometheus answers ${response.status}: ${text.slice(0, 200)}`.trim());
  const parsed = queryAnswer.safeParse(parsedJson(text));
  if (!parsed.success) throw new Error('Prometheus answers something that is no scalar and no vector');
  assertWhole(parsed.data);
  const found = sampleOf(parsed.data.data);
  if (found === null) return { outcome: null, value: null, because: 'the query gives no series yet' };
  const sentAt = Date.parse(response.headers.get('date') ?? '');
  return judgeValue(valueOf(found, Number.isNaN(sentAt) ? null : sentAt / 1_000), gate);
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new Error(`Prometheus answers something that is no JSON: ${text.slice(0, 100)}`);
  }
}

/** Whatever could be collected is a success to Prometheus, with a warning of the rest: no errors among a part of the servers are not none. */
function assertWhole({ warnings, isPartial }: z.infer<typeof queryAnswer>): void {
  const warning = warnings?.find((one) => !OF_THE_QUERY.test(one));
  if (warning === undefined && isPartial !== true) return;
  const why = warning === undefined ? '' : `: ${warning.slice(0, 200)}`;
  throw new Error(`Prometheus answers from a part of its data only${why}`);
}

function sampleOf(data: z.infer<typeof queryAnswer>['data']): Sample | null {
  if (data.resultType === 'scalar') return data.result;
  if (data.result.length > 1)
    throw new Error(`the query gives ${data.result.length} series; aggregate it to one, with sum() or max()`);
  return data.result[0]?.value ?? null;
}

/** As Prometheus writes a finite number. What `Number` makes of other texts (0 of an empty one) is not what was measured. */
const FINITE = /^[+-]?\d+(\.\d+)?(e[+-]?\d+)?$/i;

/**
 * An instant query is evaluated when it is asked. A value of another time comes out of somebody's cache, and says nothing about now.
 * @param sentAt when the answer was made by the source's own clock, in seconds; `null`: it does not say
 */
function valueOf([at, text]: Sample, sentAt: number | null): number {
  const value = FINITE.test(text) ? Number(text) : NaN;
  if (!Number.isFinite(value))
    throw new Error(`the query gives ${text.slice(0, 100) || 'an empty text'}, which is no number to judge`);
  if (sentAt !== null && Math.abs(sentAt - at) > MOST_APART_S)
    throw new Error(
      `the query gives a value of ${Math.round(Math.abs(sentAt - at))} s ${at < sentAt ? 'before' : 'after'} its answer, which says nothing about now`,
    );
  return value;
}

/** Is the value within the gate's bounds? */
function judgeValue(value: number, { min, max }: Pick<PrometheusGate, 'min' | 'max'>): Answer {
  if (max !== null && value > max)
    return { outcome: 'fail', value, because: `${value} is more than the ${max} allowed` };
  if (min !== null && value < min)
    return { outcome: 'fail', value, because: `${value} is less than the ${min} asked for` };
  return { outcome: 'pass', value, because: `${value} is within bounds` };
}
