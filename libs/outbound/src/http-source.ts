import { z } from 'zod';
import type { SourceGate } from '#libs/rollout';
import type { MetricSource } from '#libs/engine';
import { boundedText } from './bounded-text.ts';
import type { OutboundFetch } from './outbound-fetch.ts';

const READ_MS = 5_000;
const LONGEST_ANSWER = 64 * 1024;

const answer = z.object({
  verdict: z.enum(['pass', 'fail', 'undecided']),
  value: z.number().nullish(),
  because: z.string().max(2_000).optional(),
});

/** Asks a URL for its verdict: GET with `model`, `version`, `from` and `rolloutId` in the query. */
export async function readHttp(
  fetch: OutboundFetch,
  gate: Extract<SourceGate, { metric: 'http' }>,
  about: Parameters<MetricSource['read']>[1],
): ReturnType<MetricSource['read']> {
  const url = new URL(gate.url);
  for (const [name, value] of Object.entries(about)) url.searchParams.set(name, String(value ?? ''));
  const response = await fetch(url, { signal: AbortSignal.timeout(READ_MS), redirect: 'error' });
  const text = await boundedText(response, LONGEST_ANSWER);
  if (!response.ok) throw new Error(`${url.origin} answers ${response.status}`);
  const parsed = answer.safeParse(JSON.parse(text));
  if (!parsed.success)
    throw new Error(`${url.origin} does not answer {"verdict": "pass" | "fail" | "undecided"}`);
  const { verdict, value, because } = parsed.data;
  return { outcome: verdict, value: value ?? null, because: because ?? `${url.origin} says ${verdict}` };
}
