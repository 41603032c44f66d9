import { randomUUID } from 'node:crypto';
import { homedir, hostname } from 'node:os';
import { isIP } from 'node:net';
import path from 'node:path';
import { z } from 'zod';
import { basePathOf, DomainError, isOwnPath, keepSettingsSecret } from '#libs/kernel';
import { artifactConfig, artifactSettings, servesSources } from './artifact-config.ts';
import { commandNeeds, deployerSettings, namesPassedOn, readyWithin } from './deployer-config.ts';
import { embeddingsConfig, embeddingsMistakes, embeddingsSettings } from './llm/embeddings-config.ts';
import { judgeConfig, judgeMistakes, judgeSettings } from './llm/judge-config.ts';
import { kubernetesConfig, kubernetesSettings } from './kubernetes-config.ts';
import { metricSources, metricSourceSettings } from './metric-sources.ts';
import { SHARED_SETTINGS } from './mlflow-config.ts';
import { eventExportConfig, eventExportSettings } from './event-export-config.ts';
import { retentionConfig, retentionSettings } from './retention-config.ts';
import { S3_SECRETS } from './s3-config.ts';
import { secretsOf, secretsOfEnvironment, secretsOfSources, secretsPassedOn } from './secrets-of.ts';
import { withoutBlanks } from './reading/without-blanks.ts';
import { tlsConfig, tlsSettings } from './tls-config.ts';
import { readTracing, tracingSettings } from './tracing-config.ts';
import { xdsConfig, xdsSettings } from './xds-config.ts';

const port = (fallback: number) =>
  z.coerce
    .number({ error: 'not a number' })
    .int('not a whole number')
    .min(0, 'a port is 0 to 65535')
    .max(65_535, 'a port is 0 to 65535')
    .default(fallback);
const whole = (fallback: number, most: number) =>
  z.coerce
    .number({ error: 'not a number' })
    .int('not a whole number')
    .min(1, 'must be at least 1')
    .max(most)
    .default(fallback);
const none = (fallback: number) =>
  z.coerce
    .number({ error: 'not a number' })
    .int('not a whole number')
    .min(0, 'less than none')
    .default(fallback);
const url = (schemes: readonly string[]) =>
  z
    .string()
    .refine(
      (text) => URL.canParse(text) && schemes.includes(new URL(text).protocol),
      `not a URL that starts with ${schemes.join(' or ')}//`,
    );

const isBare = (text: string): boolean => {
  if (!URL.canParse(text)) return true;
  const { search, hash, username, password } = new URL(text);
  return search + hash + username + password === '';
};
const bareUrl = url(['http:', 'https:']).refine(isBare, 'has a query, a fragment or credentials: omit them');

const isCidr = (text: string): boolean => {
  const [address = '', bits = '', ...rest] = text.split('/');
  const most = isIP(address) === 4 ? 32 : isIP(address) === 6 ? 128 : -1;
  return rest.length === 0 && /^\d{1,3}$/.test(bits) && Number(bits) <= most;
};
const isIssuer = (text: string): boolean => {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  return protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname));
};
const isLoopback = (bind: string): boolean => /^(127\.|::1$|localhost$)/.test(bind);

/** Open Inference's. */
const USUAL_READY_PATH = '/v2/health/ready';

/** Every environment variable that Understudy reads. */
const schema = z.object({
  UNDERSTUDY_HOME: z.string().min(1).default('.understudy'),
  UNDERSTUDY_ADMIN_TOKEN: z.string().min(16, 'shorter than 16 characters').optional(),
  UNDERSTUDY_TOKEN: z.string().min(1).optional(),
  /** What secrets are sealed with: 32 bytes in base64; older keys after it still open. */
  SECRETS_KEY: z
    .string()
    .transform((text) => text.split(',').map((key) => key.trim()))
    .refine(
      (keys) => keys.every((key) => Buffer.from(key, 'base64').length === 32),
      'not 32 bytes in base64 (openssl rand -base64 32), newest first',
    )
    .optional(),
  BIND: z.string().min(1).default('127.0.0.1'),
  API_PORT: port(7400),
  GATEWAY_PORT: port(7401),
  WORKER_PORT: port(7402),
  /** Where the gateway's figures are; unset: 7403, or any free port where that one is taken. */
  GATEWAY_ADMIN_PORT: port(0).unwrap().optional(),
  GATEWAY_ADMIN_BIND: z.string().min(1).default('127.0.0.1'),
  PUBLIC_URL: bareUrl
    .refine(
      (text) => !URL.canParse(text) || !isOwnPath(basePathOf(text)),
      'its path begins like one of our own: take another, such as /understudy',
    )
    .optional(),
  OIDC_ISSUER: z.string().refine(isIssuer, 'not a URL of https (http only on this machine)').optional(),
  OIDC_CLIENT_ID: z.string().min(1).optional(),
  OIDC_CLIENT_SECRET: z.string().min(1).optional(),
  OIDC_SCOPES: z.string().min(1).default('openid email profile'),
  OIDC_ROLE_CLAIM: z.string().min(1).default('groups'),
  /** Read by the api, which knows the roles. */
  OIDC_ROLES: z.string().default(''),
  /** Requests a minute of one token or session, and of one address without; 0: as many as there are. */
  RATE_LIMIT: none(60_000),
  RATE_LIMIT_ANONYMOUS: none(6_000),
  /** Proxies in front of the api whose `x-forwarded-for` is believed; unset: nobody's. */
  TRUST_PROXY: z
    .string()
    .transform((text) => text.split(',').map((cidr) => cidr.trim()))
    .refine((cidrs) => cidrs.every(isCidr), 'not a list of networks such as 10.0.0.0/8,192.0.2.7/32')
    .refine(
      (cidrs) => cidrs.every((cidr) => !/\/0+$/.test(cidr)),
      'a network of all addresses: anybody could say who they are. Name those of your proxies',
    )
    .optional(),
  SESSION_HOURS: whole(12, 24 * 90),
  API_URL: bareUrl.optional(),
  ...artifactSettings,
  ...eventExportSettings,
  /** CIDRs that may be connected to besides public addresses; `none`: no others. */
  OUTBOUND_ALLOW: z
    .string()
    .transform((text) => (text === 'none' ? [] : text.split(',').map((cidr) => cidr.trim())))
    .refine((cidrs) => cidrs.every(isCidr), 'not a list of networks such as 10.0.0.0/8,fd00::/8 (or none)')
    .optional(),
  DATABASE_URL: url(['postgres:', 'postgresql:']).optional(),
  REDIS_URL: url(['redis:', 'rediss:']).optional(),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info'),
  GATEWAY_ID: z.string().min(1).max(200).optional(),
  DEPLOYER_READY_MS: whole(60_000, 3_600_000),
  /** Of a version that brings its serving URL: large models load for long. */
  SERVING_READY_MS: whole(1_800_000, 86_400_000),
  ...deployerSettings,
  ...retentionSettings,
  ...tlsSettings,
  ...judgeSettings,
  ...embeddingsSettings,
  ...metricSourceSettings,
  ...tracingSettings,
  ...xdsSettings,
  ...kubernetesSettings,
  SWEEP_MS: whole(1_000, 60_000),
  UPSTREAM_TIMEOUT_MS: whole(30_000, 3_600_000),
  /** How long the addresses of a model server's name are used. */
  UPSTREAM_DNS_TTL_MS: whole(5_000, 3_600_000),
  /** How old a connection to a model server gets; 0: as old as it likes. */
  UPSTREAM_MAX_CONNECTION_AGE_MS: none(300_000),
  /** How often the gateway asks each address of a version that has several; 0: never. */
  UPSTREAM_PROBE_INTERVAL_MS: none(2_000),
  UPSTREAM_PROBE_TIMEOUT_MS: whole(2_000, 60_000),
  /** Probes in a row that take an address out, and back in. */
  UPSTREAM_PROBE_FAILURES: whole(3, 100),
  UPSTREAM_PROBE_SUCCESSES: whole(2, 100),
  CANDIDATE_TIMEOUT_MS: whole(10_000, 3_600_000),
  MAX_BUFFERED_BYTES: whole(8 * 1024 * 1024, 1024 ** 3),
  MAX_TOTAL_BUFFERED_BYTES: whole(256 * 1024 * 1024, 1024 ** 4),
  UPSTREAM_CONCURRENCY: whole(256, 65_536),
  CANDIDATE_CONCURRENCY: whole(128, 65_536),
  SHADOW_CONCURRENCY: whole(64, 65_536),
  /** Of an answer's head with the gateway's own lines: what nginx takes by default, the least of those in front. */
  MAX_ANSWER_HEAD_BYTES: whole(4_096, 65_536).refine((bytes) => bytes >= 2_048, 'must be at least 2048'),
  INTERIM_ANSWERS: z.enum(['pass', 'drop'], { error: 'pass or drop' }).default('pass'),
  GATEWAY_PROCESSES: whole(1, 256),
  /** Set by the gateway for each of its processes; 0: it is the only one. */
  GATEWAY_SLOT: z.coerce.number().int().min(0).max(256).default(0),
  GATEWAY_MAX_CONNECTIONS: whole(16_384, 1_000_000),
  REQUEST_TIMEOUT_MS: whole(60_000, 3_600_000),
  ACCESS_LOG: z.enum(['off', 'json'], { error: 'off or json' }).default('off'),
});

export type Config = Readonly<ReturnType<typeof toConfig>>;

/**
 * Reads and checks the environment. Empty variables count as unset, as docker-compose writes them.
 * @throws DomainError `config_invalid` that lists every mistake at once
 */
export function loadConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const { set, mistakes } = withoutBlanks(given, SETTINGS);
  const parsed = schema.safeParse(set);
  const found = parsed.error?.issues.map((of) => ({ pointer: String(of.path[0]), detail: of.message })) ?? [];
  const isBlank = new Set(mistakes.map(({ pointer }) => pointer));
  const all = [...mistakes, ...found.filter(({ pointer }) => !isBlank.has(pointer))];
  if (parsed.success && all.length === 0) return Object.freeze(toConfig(withNeeded(parsed.data), set));
  throw mistakesError(all);
}

/** The same for this process: the only place that reads `process.env`. */
export function loadProcessConfig(): Config {
  keepSettingsSecret(secretsOfEnvironment(process.env, SETTINGS));
  const config = loadConfig(process.env);
  keepSettingsSecret(secretsOf(config));
  keepSettingsSecret(secretsPassedOn(process.env, [...config.deployerEnvironment, ...S3_SECRETS]));
  return config;
}

/** The names of all settings. */
export const SETTINGS: readonly string[] = Object.keys(schema.shape);

/** Those that nobody else has a use for. */
const OUR_SETTINGS: ReadonlySet<string> = new Set(SETTINGS.filter((name) => !SHARED_SETTINGS.has(name)));

/** What the command line reads of its environment. */
export function loadCliConfig(env: Readonly<Record<string, string | undefined>> = process.env) {
  const folder =
    env['UNDERSTUDY_CONFIG'] ??
    path.join(env['XDG_CONFIG_HOME'] ?? path.join(homedir(), '.config'), 'understudy');
  return {
    apiUrl: (env['UNDERSTUDY_URL'] || env['API_URL'])?.replace(/\/+$/, '') || null,
    token: env['UNDERSTUDY_TOKEN'] || null,
    configFolder: folder,
    // https://no-color.org
    isColoured: !env['NO_COLOR'] && env['TERM'] !== 'dumb',
  };
}

/** The environment of a child process of ours: this one's, and what differs. */
export function childEnvironment(
  changes: Readonly<Record<string, string>>,
): Record<string, string | undefined> {
  return { ...process.env, ...changes };
}

/** [what is set, what it needs besides] */
const NEEDS = [
  ['OIDC_ISSUER', ['OIDC_CLIENT_ID', 'OIDC_ROLES']],
  ['UPSTREAM_TLS_CERT', ['UPSTREAM_TLS_KEY']],
  ['UPSTREAM_TLS_KEY', ['UPSTREAM_TLS_CERT']],
  ['GATEWAY_TLS_CERT', ['GATEWAY_TLS_KEY']],
  ['GATEWAY_TLS_KEY', ['GATEWAY_TLS_CERT']],
] as const;

/** What is needed only where something else is set. */
function withNeeded(env: z.infer<typeof schema>): z.infer<typeof schema> {
  const needed = NEEDS.flatMap(([name, needs]) =>
    env[name] === undefined
      ? []
      : needs.filter((one) => !env[one]).map((pointer) => ({ pointer, detail: `needed with ${name}` })),
  );
  const others = [...judgeMistakes(env), ...embeddingsMistakes(env), ...readTracing(env).mistakes];
  const missing = [...needed, ...others.map(([pointer, detail]) => ({ pointer, detail }))];
  if (missing.length === 0) return env;
  throw mistakesError(missing);
}

function mistakesError(mistakes: readonly { pointer: string; detail: string }[]): DomainError {
  const list = mistakes.map(({ pointer, detail }) => `  ${pointer}: ${detail}`).join('\n');
  const count = mistakes.length === 1 ? 'a mistake' : `${mistakes.length} mistakes`;
  return new DomainError('invalid', 'config_invalid', `The environment has ${count}:\n${list}`, [
    ...mistakes,
  ]);
}

function toConfig(env: z.infer<typeof schema>, set: Readonly<Record<string, string | undefined>>) {
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
    gatewayMaxConnections: env.GATEWAY_MAX_CONNECTIONS,
    requestTimeoutMs: env.REQUEST_TIMEOUT_MS,
    accessLog: env.ACCESS_LOG === 'json',
  };
}

/** A setting that this process cannot do without. */
export function required<T>(value: T | null, name: string, why: string): T {
  if (value !== null) return value;
  throw new DomainError('invalid', 'config_missing', `${name} is not set: ${why}`);
}
