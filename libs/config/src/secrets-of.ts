import { secretsInHeader, secretsInUrl } from '#libs/kernel';
import type { PrometheusSettings } from './metric-sources.ts';

interface Holding {
  readonly adminToken: string | null;
  readonly token: string | null;
  readonly kubernetes: { readonly routerToken: string | null };
  readonly secretsKeys: readonly string[] | null;
  readonly oidc: { readonly clientSecret: string | null } | null;
  readonly databaseUrl: string | null;
  readonly redisUrl: string | null;
  readonly prometheusUrl: string | null;
  readonly judge: { readonly apiKey: string | null } | null;
  readonly embeddings: { readonly apiKey: string | null } | null;
  readonly mlflow: { readonly authorization: string | null } | null;
  readonly tracing: { readonly url: string; readonly headers: Readonly<Record<string, string>> } | null;
}

/**
 * Every secret that the settings hold by value: no reason, event or log may have one in it.
 * @param sources where this process asks them
 */
export function secretsOf(
  config: Holding,
  sources: Readonly<Record<string, PrometheusSettings>> = {},
): readonly string[] {
  const found = [
    config.adminToken,
    config.token,
    config.kubernetes.routerToken,
    ...(config.secretsKeys ?? []),
    config.oidc?.clientSecret,
    ...secretsInUrl(config.databaseUrl ?? ''),
    ...secretsInUrl(config.redisUrl ?? ''),
    ...secretsInUrl(config.prometheusUrl ?? ''),
    config.judge?.apiKey,
    config.embeddings?.apiKey,
    config.mlflow?.authorization?.replace(/^\w+ /, ''),
    ...secretsInUrl(config.tracing?.url ?? ''),
    ...Object.values(config.tracing?.headers ?? {}),
    ...secretsOfSources(sources),
  ];
  return [...new Set(found.filter((one): one is string => typeof one === 'string' && one !== ''))];
}

/** Those that metric sources are asked with, by value: also what their file has in plain text, where it lets somebody in. */
export function secretsOfSources(sources: Readonly<Record<string, PrometheusSettings>>): readonly string[] {
  return Object.values(sources).flatMap((source) => [
    ...secretsInUrl(source.url),
    ...Object.entries(source.headers).flatMap(([name, shown]) =>
      'text' in shown ? secretsInHeader(name, shown.text) : [],
    ),
    ...storedIn(source),
  ]);
}

function storedIn({ basic, bearer, headers }: PrometheusSettings): readonly string[] {
  return [
    basic?.password,
    // As the header has it.
    basic && 'value' in basic.password
      ? { value: base64(`${basic.username}:${basic.password.value}`) }
      : null,
    bearer,
    ...Object.values(headers),
  ].flatMap((secret) => (secret && 'value' in secret ? [secret.value] : []));
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** Is the value of a setting of this name a secret as a whole? Those that end in `_FILE`, and keys of TLS, name a file. */
export const isSecretSetting = (name: string): boolean =>
  /(SECRET|SECRETS_KEY|TOKEN|PASSWORD|API_KEY|ACCESS_KEY)$/.test(name);

/**
 * Every secret of an environment, as it is: known before it is checked, since what is wrong with a setting is said, too. A setting that is
 * a secret by its name, the values of `…_HEADERS`, and what of any URL is one (`secretsInUrl`).
 * @param names of the settings that are read
 */
export function secretsOfEnvironment(
  env: Readonly<Record<string, string | undefined>>,
  names: readonly string[],
): readonly string[] {
  const found = names.flatMap((name) => {
    const value = env[name] ?? '';
    const ofUrl = secretsInUrl(value);
    if (isSecretSetting(name)) return [...ofUrl, value, ...value.split(',').map((one) => one.trim())];
    if (!name.endsWith('HEADERS')) return ofUrl;
    return [
      ...ofUrl,
      ...value.split(',').flatMap((pair) => bothForms(pair.slice(pair.indexOf('=') + 1).trim())),
    ];
  });
  return [...new Set(found)].filter((one) => one !== '');
}

/** As it is written, and as it is meant; of `Bearer x` also `x`. */
function bothForms(value: string): readonly string[] {
  let plain = value;
  try {
    plain = decodeURIComponent(value);
  } catch {
    // not percent-encoded
  }
  const [, credentials = ''] = /^\w+ (.+)$/.exec(plain) ?? [];
  return [value, plain, credentials];
}

/** Names that others give to variables that hold a secret: cloud keys, tokens, connection strings. */
const OTHERS_SECRET = /(SECRET|TOKEN|PASSWORD|PASSWD|PASSPHRASE|_KEY|CONNECTION_STRING)$/i;
/** What is shorter (`1`, `true`) is no secret, and would be blacked out in every text. */
const SHORTEST_SECRET = 8;

/** The secrets of variables that model servers get: what such a server says last is written down. */
export function secretsPassedOn(
  env: Readonly<Record<string, string | undefined>>,
  names: readonly string[],
): readonly string[] {
  return names.flatMap((name) => {
    const value = env[name] ?? '';
    const isSecret = OTHERS_SECRET.test(name) && value.length >= SHORTEST_SECRET;
    return [...secretsInUrl(value), ...(isSecret ? [value] : [])];
  });
}
