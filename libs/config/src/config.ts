import { z } from 'zod';
import { DomainError, keepSettingsSecret } from '#libs/kernel';
import { embeddingsMistakes } from './llm/embeddings-config.ts';
import { judgeMistakes } from './llm/judge-config.ts';
import { S3_SECRETS } from './s3-config.ts';
import { secretsOf, secretsOfEnvironment, secretsPassedOn } from './secrets-of.ts';
import { withoutBlanks } from './reading/without-blanks.ts';
import { readTracing } from './tracing-config.ts';
import { type Config, SETTINGS, toConfig } from './reading/to-config.ts';
import { schema } from './reading/settings.ts';

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

/** A setting that this process cannot do without. */
export function required<T>(value: T | null, name: string, why: string): T {
  if (value !== null) return value;
  throw new DomainError('invalid', 'config_missing', `${name} is not set: ${why}`);
}
