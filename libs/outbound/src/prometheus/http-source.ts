import { z } from 'zod';
import { redactor } from '#libs/kernel';
import type { SourceGate } from '#libs/rollout';
import type { MetricSource } from '#libs/engine';
import { boundedText } from '../bounded-text.ts';
import type { OutboundFetch } from '../outbound-fetch.ts';
import type { PrometheusEndpoint, Showing } from './prometheus-endpoint.ts';

const READ_MS = 5_000;
const LONGEST_ANSWER = 64 * 1024;

const answer = z.object({
  verdict: z.enum(['pass', 'fail', 'undecided']),
  value: z.number().nullish(),
  because: z.string().max(2_000).optional(),
});

/**
 * Asks a URL for its verdict: GET with `model`, `version`, `from` and `rolloutId` in the query.
 * @param by a metric source of the operator's, whose credentials it is shown, or how anybody's addresses are asked
 */
export async function readHttp(
  by: PrometheusEndpoint | OutboundFetch,
  gate: Extract<SourceGate, { metric: 'http' }>,
  about: Parameters<MetricSource['read']>[1],
): ReturnType<MetricSource['read']> {
  const url = new URL(gate.url);
  for (const [name, value] of Object.entries(about)) url.searchParams.set(name, String(value ?? ''));
  const [fetch, shows] = typeof by === 'function' ? [by, null] : [by.fetch, await showsBelow(by, url)];
  const response = await fetch(url.href, {
    ...(shows ? { headers: shows.headers } : {}),
    ...{ signal: AbortSignal.timeout(READ_MS), redirect: 'error' },
  });
  // Before any of it is shown: whoever answers may repeat what it was sent.
  const text = redactor(shows?.secrets ?? [])(await boundedText(response, LONGEST_ANSWER));
  if (!response.ok) throw new Error(`${url.origin} answers ${response.status}`);
  const parsed = answer.safeParse(JSON.parse(text));
  if (!parsed.success)
    throw new Error(`${url.origin} does not answer {"verdict": "pass" | "fail" | "undecided"}`);
  const { verdict, value, because } = parsed.data;
  return { outcome: verdict, value: value ?? null, because: because ?? `${url.origin} says ${verdict}` };
}

/** What the source is shown, where this address is its own: a policy's author must not send the operator's secrets elsewhere. */
async function showsBelow(source: PrometheusEndpoint, url: URL): Promise<Showing> {
  const { origin, pathname } = new URL(source.url);
  const folder = `${pathname.replace(/\/+$/, '')}/`;
  if (url.origin !== origin || !`${url.pathname}/`.startsWith(folder) || /%2f|%5c|%2e/i.test(url.pathname))
    throw new Error(`${url.origin}${url.pathname} is not below the URL of the gate's source, ${source.url}`);
  return source.shows();
}
