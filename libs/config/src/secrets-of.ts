import type { PrometheusSettings } from './metric-sources.ts';

interface Holding {
  readonly adminToken: string | null;
  readonly token: string | null;
  readonly secretsKeys: readonly string[] | null;
  readonly oidc: { readonly clientSecret: string | null } | null;
  readonly databaseUrl: string | null;
  readonly redisUrl: string | null;
  readonly prometheusUrl: string | null;
  readonly judge: { readonly apiKey: string | null } | null;
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
  const shown = Object.values(sources).flatMap(({ basic, bearer, headers }) => [
    basic?.password,
    // As the header has it.
    basic && 'value' in basic.password
      ? { value: base64(`${basic.username}:${basic.password.value}`) }
      : null,
    bearer,
    ...Object.values(headers),
  ]);
  const found = [
    config.adminToken,
    config.token,
    ...(config.secretsKeys ?? []),
    config.oidc?.clientSecret,
    passwordIn(config.databaseUrl),
    passwordIn(config.redisUrl),
    passwordIn(config.prometheusUrl),
    config.judge?.apiKey,
    passwordIn(config.tracing?.url ?? null),
    ...Object.values(config.tracing?.headers ?? {}),
    ...shown.map((secret) => (secret && 'value' in secret ? secret.value : null)),
  ];
  return [...new Set(found.filter((one): one is string => typeof one === 'string' && one !== ''))];
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');

function passwordIn(url: string | null): string | null {
  if (url === null || !URL.canParse(url)) return null;
  const { password } = new URL(url);
  try {
    return decodeURIComponent(password);
  } catch {
    return password;
  }
}
