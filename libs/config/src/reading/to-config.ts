import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { keepSettingsSecret } from '#libs/kernel';
import { artifactConfig, servesSources } from '../artifact-config.ts';
import { commandNeeds, namesPassedOn, readyWithin } from '../deployer-config.ts';
import { embeddingsConfig } from '../llm/embeddings-config.ts';
import { judgeConfig } from '../llm/judge-config.ts';
import { kubernetesConfig } from '../kubernetes-config.ts';
import { metricSources } from '../metric-sources.ts';
import { SHARED_SETTINGS } from '../mlflow-config.ts';
import { eventExportConfig } from '../event-export-config.ts';
import { retentionConfig } from '../retention-config.ts';
import { secretsOfSources } from '../secrets-of.ts';
import { tlsConfig } from '../tls-config.ts';
import { readTracing } from '../tracing-config.ts';
import { xdsConfig } from '../xds-config.ts';
import { misspeltSettings } from './misspelt-settings.ts';
import { quotedTokens } from './quoted-tokens.ts';
import { schema, USUAL_READY_PATH } from './settings.ts';
import { isLoopback } from './kinds.ts';

export type Config = Readonly<ReturnType<typeof toConfig>>;

/** The names of all settings. */
export const SETTINGS: readonly string[] = Object.keys(schema.shape);

/** Those that nobody else has a use for. */
const OUR_SETTINGS: ReadonlySet<string> = new Set(SETTINGS.filter((name) => !SHARED_SETTINGS.has(name)));

export function toConfig(env: z.infer<typeof schema>, set: Readonly<Record<string, string | undefined>>) {
  const needs = env.DEPLOYER_COMMAND === undefined ? null : commandNeeds(env.DEPLOYER_COMMAND);
  return {
    home: path.resolve(env.UNDERSTUDY_HOME),
    adminToken: env.UNDERSTUDY_ADMIN_TOKEN ?? null,
    token: env.UNDERSTUDY_TOKEN ?? null,
    secretsKeys: env.SECRETS_KEY ?? null,
    bind: env.BIND,
    apiPort: env.API_PORT,
    gatewayPort: env.GATEWAY_PORT,
    workerPort: env.WORKER_PORT,
    isWorkerPortSet: set['WORKER_PORT'] !== undefined,
    gatewayAdminPort: env.GATEWAY_ADMIN_PORT ?? null,
    gatewayAdminBind: env.GATEWAY_ADMIN_BIND,
    apiUrl: (env.API_URL ?? `http://127.0.0.1:${env.API_PORT}`).replace(/\/+$/, ''),
    oidc:
      env.OIDC_ISSUER === undefined
        ? null
        : {
            issuer: env.OIDC_ISSUER,
            clientId: env.OIDC_CLIENT_ID ?? '',
            clientSecret: env.OIDC_CLIENT_SECRET ?? null,
            scopes: env.OIDC_SCOPES,
            roleClaim: env.OIDC_ROLE_CLAIM,
            roles: env.OIDC_ROLES,
          },
    rateLimit: env.RATE_LIMIT,
    rateLimitAnonymous: env.RATE_LIMIT_ANONYMOUS,
    trustProxy: env.TRUST_PROXY ?? [],
    sessionHours: env.SESSION_HOURS,
    publicUrl: env.PUBLIC_URL === undefined ? null : new URL(env.PUBLIC_URL).href.replace(/\/+$/, ''),
    ...artifactConfig(env, isLoopback(env.BIND)),
    // Who only this machine can reach may connect to what runs on it.
    outboundAllow: env.OUTBOUND_ALLOW ?? (isLoopback(env.BIND) ? ['127.0.0.0/8', '::1/128'] : []),
    databaseUrl: env.DATABASE_URL ?? null,
    redisUrl: env.REDIS_URL ?? null,
    logLevel: env.LOG_LEVEL,
    gatewayId: `${env.GATEWAY_ID ?? `${hostname()}-${randomUUID().slice(0, 8)}`}${env.GATEWAY_SLOT > 0 ? `/${env.GATEWAY_SLOT}` : ''}`,
    deployerCommand: env.DEPLOYER_COMMAND ?? null,
    deployerNeeds: needs,
    /** Of what MLflow's clients register. */
    servesSources: servesSources(needs, env),
    deployerReadyPath: env.DEPLOYER_READY_PATH ?? USUAL_READY_PATH,
    /** The only path that our own model servers are asked at; `null`: at the usual ones. */
    deployerOwnReadyPath: env.DEPLOYER_READY_PATH ?? null,
    deployerReadyMs: readyWithin(set, env.DEPLOYER_READY_MS),
    servingReadyMs: env.SERVING_READY_MS,
    retention: retentionConfig(env),
    /** `null`: nobody exports old events by itself. */
    eventExport: eventExportConfig(env),
    deployerUsers: env.DEPLOYER_USERS,
    deployerEnvironment: namesPassedOn(env.DEPLOYER_ENV, set, OUR_SETTINGS),
    deployerLimits: {
      memoryBytes: env.DEPLOYER_MEMORY_BYTES,
      openFiles: env.DEPLOYER_OPEN_FILES,
      processes: env.DEPLOYER_PROCESSES,
    },
    prometheusUrl: env.PROMETHEUS_URL ?? null,
    /** Reads the file; only the worker asks sources. */
    metricSources: () => {
      const sources = metricSources(env, set);
      keepSettingsSecret(secretsOfSources(sources));
      return sources;
    },
    judge: judgeConfig(env),
    embeddings: embeddingsConfig(env),
    /** `null`: no spans are exported. */
    tracing: readTracing(env).config,
    sweepMs: env.SWEEP_MS,
    ...tlsConfig(env),
    ...xdsConfig(env),
    ...kubernetesConfig(env),
    upstreamDnsTtlMs: env.UPSTREAM_DNS_TTL_MS,
    upstreamMaxAgeMs: env.UPSTREAM_MAX_CONNECTION_AGE_MS,
    upstreamProbes: {
      everyMs: env.UPSTREAM_PROBE_INTERVAL_MS,
      timeoutMs: env.UPSTREAM_PROBE_TIMEOUT_MS,
      failures: env.UPSTREAM_PROBE_FAILURES,
      successes: env.UPSTREAM_PROBE_SUCCESSES,
      usualPath: env.DEPLOYER_READY_PATH ?? USUAL_READY_PATH,
    },
    upstreamTimeoutMs: env.UPSTREAM_TIMEOUT_MS,
    candidateTimeoutMs: env.CANDIDATE_TIMEOUT_MS,
    maxBufferedBytes: env.MAX_BUFFERED_BYTES,
    maxTotalBufferedBytes: env.MAX_TOTAL_BUFFERED_BYTES,
    upstreamConcurrency: env.UPSTREAM_CONCURRENCY,
    candidateConcurrency: env.CANDIDATE_CONCURRENCY,
    shadowConcurrency: env.SHADOW_CONCURRENCY,
    maxAnswerHeadBytes: env.MAX_ANSWER_HEAD_BYTES,
    passesInterim: env.INTERIM_ANSWERS === 'pass',
    gatewayProcesses: env.GATEWAY_PROCESSES,
    gatewaySlot: env.GATEWAY_SLOT,
    /** Variables that look like settings and are none, and tokens in quotes: a process says them when it starts. */
    warnings: [...misspeltSettings(set, SETTINGS), ...quotedTokens(set)],
    gatewayMaxConnections: env.GATEWAY_MAX_CONNECTIONS,
    requestTimeoutMs: env.REQUEST_TIMEOUT_MS,
    accessLog: env.ACCESS_LOG === 'json',
  };
}
