import { HISTOGRAM, MEASURE } from '#libs/stats';
import {
  type Arm,
  binName,
  costOfAnswer,
  type ModelAnswer,
  readUsage,
  type Route,
  valueSaysNothing,
} from '#libs/traffic';
import type { Observed } from '#libs/data-plane';

/** A stream that is over sooner came at once: its pace is the network's. Milliseconds. */
const SHORTEST_STREAM_MS = 1;

/**
 * Reads what an answer says of its tokens and why it ended, and what they cost by the prices of its version. Pure.
 * @param streamMs from its first event to its last; `null`: it was no stream, or had one event
 */
export function observeUsage(
  route: Route,
  arm: Arm,
  answer: Pick<ModelAnswer, 'json'>,
  streamMs: number | null,
): Observed {
  const measures: [string, number][] = [];
  const value = answer.json();
  const usage = readUsage(value);
  // A stream has an event for each token, roughly; where nobody counts, both arms are counted so.
  const tokens = usage.outputTokens ?? (Array.isArray(value) ? countOfTokens(value) : null);
  if (tokens !== null) measures.push([MEASURE.outputTokens, tokens]);
  if (usage.inputTokens !== null) measures.push([MEASURE.inputTokens, usage.inputTokens]);
  if (usage.totalTokens !== null) measures.push([MEASURE.totalTokens, usage.totalTokens]);
  if (tokens !== null && tokens > 1 && streamMs !== null && streamMs >= SHORTEST_STREAM_MS)
    measures.push([MEASURE.outputTokensPerSecond, (1_000 * (tokens - 1)) / streamMs]);
  const prices = pricesOfArm(route, arm);
  if (prices !== undefined) {
    const cost = costOfAnswer(usage, prices);
    measures.push([MEASURE.unpriced, cost === null ? 1 : 0]);
    if (cost !== null) measures.push([MEASURE.cost, cost]);
  }
  const { finishReason } = usage;
  return {
    measures,
    histograms: finishReason === null ? [] : [[HISTOGRAM.finishReason, binName(finishReason)]],
  };
}

/** Announcements, pings and the end of a stream are no tokens. */
const countOfTokens = (events: readonly unknown[]): number =>
  events.filter((event) => !valueSaysNothing(event)).length;

/**
 * Of an answer that was to be read and could not be kept, as the longest are: where it has a price, nobody knows what it has cost. Pure.
 * @returns `null` where nothing is to be said
 */
export const observeUnread = (route: Route, arm: Arm): Observed | null =>
  route.reading?.tokens === true && pricesOfArm(route, arm) !== undefined
    ? { measures: [[MEASURE.unpriced, 1]], histograms: [] }
    : null;

function pricesOfArm({ reading, primary, candidate }: Route, arm: Arm) {
  const version = arm === 'primary' ? primary.version : candidate?.version;
  return reading?.prices?.find((one) => one.version === version);
}
