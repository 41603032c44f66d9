import { z } from 'zod';
import { maskedWebhook, redactor, storableText } from '#libs/kernel';
import { Payload } from '#libs/traffic';
import type { SourceGate } from '#libs/rollout';
import type { MetricSource } from '#libs/engine';
import { boundedText } from '../bounded-text.ts';
import type { OutboundFetch } from '../outbound-fetch.ts';
import type { PrometheusEndpoint, Showing } from './prometheus-endpoint.ts';

const READ_MS = 5_000;
const LONGEST_ANSWER = 64 * 1024;

const LONGEST_REASON = 2_000;

/** Only the verdict decides. What is wrong with the rest loses no verdict: one of harm least of all. */
const answer = z.object({
  verdict: z.enum(['pass', 'fail', 'undecided']),
  value: z.number().nullable().catch(null),
  because: z.string().min(1).nullable().catch(null),
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
  // As models' answers are read: Python's `json` writes NaN, and other servers begin with a byte order mark.
  const payload = new Payload(new TextEncoder().encode(text));
  if (payload.notRead !== null)
    throw new Error(`${url.origin} answers something that is no JSON: ${text.slice(0, 100)}`);
  const parsed = answer.safeParse(payload.value);
  if (!parsed.success)
    throw new Error(`${url.origin} does not answer {"verdict": "pass" | "fail" | "undecided"}`);
  const { verdict, value, because } = parsed.data;
  const said = because === null ? `${url.origin} says ${verdict}` : storableText(because, LONGEST_REASON);
  return { outcome: verdict, value, because: said };
}

/** What the source is shown, where this address is its own: a policy's author must not send the operator's secrets elsewhere. */
async function showsBelow(source: PrometheusEndpoint, url: URL): Promise<Showing> {
  const { origin, pathname } = new URL(source.url);
  const folder = `${pathname.replace(/\/+$/, '')}/`;
  if (url.origin !== origin || !`${url.pathname}/`.startsWith(folder) || /%2f|%5c|%2e/i.test(url.pathname))
    throw new Error(
      `${url.origin}${url.pathname} is not below the URL of the gate's source, ${maskedWebhook(source.url)}`,
    );
  return source.shows();
}
