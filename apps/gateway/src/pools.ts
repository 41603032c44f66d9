import { randomInt } from 'node:crypto';
import { addressPolicy } from '#libs/addresses';
import type { Config } from '#libs/config';
import type { Logger } from '#libs/observe';
import { type SecureNow, upstreamTls } from '#libs/tls';
import type { Route, RouteTarget } from '#libs/traffic';
import type { AnswerBounds } from './forward/arm-outcome.ts';
import { pseudonymOf } from './request/loops.ts';
import { Prober } from './health/prober.ts';
import type { TargetHealth } from './upstream/replicas/target-health.ts';
import { UpstreamPool } from './upstream/upstream-pool.ts';
import type { UpstreamLimits } from './upstream/upstream-request.ts';

/** Requests that wait for a connection to the primary, for each one that may be under way. */
const WAITING_FOR_EACH = 4;
/** To set up a connection to a model server. */
const MOST_CONNECT_MS = 5_000;

const RESOLUTION = 2 ** 32;
const random = (): number => randomInt(RESOLUTION) / RESOLUTION;

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

/** The connections of each role, and who asks the servers behind them how they are: both by the same TLS. */
export function upstreamsOf(config: Config, logger: Logger): { prober: Prober; pools: Pools } {
  const secure = upstreamTls(config.upstreamTls, logger);
  const prober: Prober = proberOf(config, secure, () => pools, logger);
  const pools: Pools = poolsOf(config, secure, (target) => prober.healthOf(target));
  return { prober, pools };
}

/** Connections of each role, apart from each other. */
function poolsOf(
  config: Config,
  secure: SecureNow,
  healthOf: (target: RouteTarget) => TargetHealth | null,
): Pools {
  const { upstreamTimeoutMs, maxAnswerHeadBytes: answerHeadBytes } = config;
  const policy = addressPolicy(config.outboundAllow);
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
  const poolOf = (limits: UpstreamLimits) => new UpstreamPool(limits, policy, secure, undefined, healthOf);
  return {
    primaries: poolOf({ ...all, connections: many, waiting }),
    candidates: poolOf({ ...trial, connections: config.candidateConcurrency }),
    shadows: poolOf({ ...trial, connections: config.shadowConcurrency }),
  };
}

/** Asks the replicas of what the pools serve. */
function proberOf(config: Config, secure: SecureNow, pools: () => Pools, logger: Logger): Prober {
  const all = (): readonly UpstreamPool[] => Object.values(pools());
  return new Prober(
    { ...config.upstreamProbes, dnsTtlMs: config.upstreamDnsTtlMs, via: pseudonymOf(config) },
    addressPolicy(config.outboundAllow),
    secure,
    random,
    {
      heardOf: (key, address) => Math.max(...all().map((pool) => pool.heardOf(key, address))),
      addressesOf: (key) => all().flatMap((pool) => pool.addressesOf(key)),
      leave: (health, url, address) => {
        for (const pool of all()) pool.leave(health, url, address);
      },
    },
    logger,
  );
}
