import { addressPolicy } from '#libs/addresses';
import type { Config } from '#libs/config';
import { upstreamTls } from '#libs/tls';
import type { Route } from '#libs/traffic';
import type { AnswerBounds } from './arm-outcome.ts';
import { pseudonymOf } from './loops.ts';
import { UpstreamPool } from './upstream/upstream-pool.ts';

/** Requests that wait for a connection to the primary, for each one that may be under way. */
const WAITING_FOR_EACH = 4;
/** To set up a connection to a model server. */
const MOST_CONNECT_MS = 5_000;

/** Connections of each role, apart from each other. */
export interface Pools {
  readonly primaries: UpstreamPool;
  readonly candidates: UpstreamPool;
  readonly shadows: UpstreamPool;
}

/** What an answer has to keep, whichever arm it is of. */
export const boundsOf = ({ candidateTimeoutMs, upstreamTimeoutMs }: Config): AnswerBounds => ({
  answerMs: candidateTimeoutMs,
  connectMs: Math.min(MOST_CONNECT_MS, upstreamTimeoutMs, candidateTimeoutMs),
});

/** The arms of models that are judged find their connections set up, however few requests they get. */
export function keepWarm(pools: Pools, routes: readonly Route[]): void {
  const judged = routes.filter((route) => route.rolloutId !== null);
  const trying = (mode: 'canary' | 'shadow') =>
    judged.flatMap(({ candidate }) => (candidate?.mode === mode ? candidate : []));
  pools.primaries.keepWarm(judged.map((route) => route.primary));
  pools.candidates.keepWarm(trying('canary'));
  pools.shadows.keepWarm(trying('shadow'));
}

/** Connections of each role, apart from each other. */
export function poolsOf(config: Config): Pools {
  const { upstreamTimeoutMs, maxAnswerHeadBytes: answerHeadBytes } = config;
  const policy = addressPolicy(config.outboundAllow);
  const secure = upstreamTls(config.upstreamTls);
  const many = config.upstreamConcurrency;
  const connectMs = Math.min(MOST_CONNECT_MS, upstreamTimeoutMs);
  const all = {
    ...{ answerHeadBytes, via: pseudonymOf(config), timeoutMs: upstreamTimeoutMs, connectMs },
    keptBytes: config.maxBufferedBytes,
    dnsTtlMs: config.upstreamDnsTtlMs,
    maxAgeMs: config.upstreamMaxAgeMs,
  };
  // Nobody waits for a candidate: the primary can answer at once.
  const trial = { ...all, waiting: 0, connectMs: boundsOf(config).connectMs };
  const waiting = many * WAITING_FOR_EACH;
  return {
    primaries: new UpstreamPool({ ...all, connections: many, waiting }, policy, secure),
    candidates: new UpstreamPool({ ...trial, connections: config.candidateConcurrency }, policy, secure),
    shadows: new UpstreamPool({ ...trial, connections: config.shadowConcurrency }, policy, secure),
  };
}
