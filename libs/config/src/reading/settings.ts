import { z } from 'zod';
import { basePathOf, isOwnPath } from '#libs/kernel';
import { artifactSettings } from '../artifact-config.ts';
import { deployerSettings } from '../deployer-config.ts';
import { embeddingsSettings } from '../llm/embeddings-config.ts';
import { judgeSettings } from '../llm/judge-config.ts';
import { kubernetesSettings } from '../kubernetes-config.ts';
import { metricSourceSettings } from '../metric-sources.ts';
import { eventExportSettings } from '../event-export-config.ts';
import { retentionSettings } from '../retention-config.ts';
import { tlsSettings } from '../tls-config.ts';
import { tracingSettings } from '../tracing-config.ts';
import { xdsSettings } from '../xds-config.ts';
import { port, bareUrl, isIssuer, none, isCidr, token, whole, url } from './kinds.ts';

/** Open Inference's. */
export const USUAL_READY_PATH = '/v2/health/ready';

/** Every environment variable that Understudy reads. */
export const schema = z.object({
  UNDERSTUDY_HOME: z.string().min(1).default('.understudy'),
  UNDERSTUDY_ADMIN_TOKEN: token(16).optional(),
  UNDERSTUDY_TOKEN: token(1).optional(),
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
