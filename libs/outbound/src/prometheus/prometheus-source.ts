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

/** The answer of GET /api/v1/query (https://prometheus.io/docs/prometheus/latest/querying/api/). */
const queryAnswer = z.object({
  status: z.literal('success'),
  data: z.discriminatedUnion('resultType', [
    z.object({ resultType: z.literal('scalar'), result: z.tuple([z.number(), z.string()]) }),
    z.object({
      resultType: z.literal('vector'),
      result: z.array(z.object({ value: z.tuple([z.number(), z.string()]) })),
    }),
  ]),
});

/** Asks Prometheus. An empty result is no data; NaN and several series are no answer. */
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
    body: new URLSearchParams({ query: fillQuery(gate.query, about), timeout: '5s' }).toString(),
    signal: AbortSignal.timeout(READ_MS),
    redirect: 'error',
  });
  // Before any of it is cut off or shown: a proxy may repeat what it was sent.
  const text = redactor(secrets)(await boundedText(response, LONGEST_ANSWER));
  if (!response.ok) throw new Error(`Prometheus answers ${response.status}: ${text.slice(0, 200)}`.trim());
  const parsed = queryAnswer.safeParse(parsedJson(text));
  if (!parsed.success) throw new Error('Prometheus answers something that is no scalar and no vector');
  return judgeValue(valueOf(parsed.data.data), gate);
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new Error(`Prometheus answers something that is no JSON: ${text.slice(0, 100)}`);
  }
}

function valueOf(data: z.infer<typeof queryAnswer>['data']): number | null {
  if (data.resultType === 'scalar') return Number(data.result[1]);
  if (data.result.length === 0) return null;
  if (data.result.length > 1)
    throw new Error(`the query gives ${data.result.length} series; aggregate it to one, with sum() or max()`);
  return Number(data.result[0]?.value[1]);
}

/** Is the value within the gate's bounds? */
function judgeValue(value: number | null, { min, max }: Pick<PrometheusGate, 'min' | 'max'>): Answer {
  if (value === null) return { outcome: null, value, because: 'the query gives no series yet' };
  if (!Number.isFinite(value)) throw new Error(`the query gives ${value}, which is no number to judge`);
  if (max !== null && value > max)
    return { outcome: 'fail', value, because: `${value} is more than the ${max} allowed` };
  if (min !== null && value < min)
    return { outcome: 'fail', value, because: `${value} is less than the ${min} asked for` };
  return { outcome: 'pass', value, because: `${value} is within bounds` };
}
