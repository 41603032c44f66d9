import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import { DomainError } from '#libs/kernel';

/** Something that only its owner knows: its value, or the file that holds it, which is read anew each time. */
export type Secret = { readonly value: string } | { readonly file: string };

/** Something that everybody may see: a tenant's number, say. */
export interface Plain {
  readonly text: string;
}

/** A Prometheus, or what speaks its API (Mimir, Thanos, VictoriaMetrics …), and what it is shown. */
export interface PrometheusSettings {
  /** Without credentials. */
  readonly url: string;
  readonly basic: { readonly username: string; readonly password: Secret } | null;
  readonly bearer: Secret | null;
  /** Path of a PEM file: who signs its certificate, besides the authorities of Node.js. */
  readonly ca: string | null;
  readonly headers: Readonly<Record<string, Secret | Plain>>;
}

/** The name of the one that `PROMETHEUS_URL` says. */
const DEFAULT_SOURCE = 'default';

export const metricSourceSettings = {
  /** Where `prometheus` gates are asked that name no source; `user:password@` is sent as basic authentication. */
  PROMETHEUS_URL: z
    .string()
    .refine(
      (text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol),
      'not a URL that starts with http:// or https://',
    )
    .optional(),
  /** Path of a YAML or JSON file: name -> url, basic, bearer, ca, headers. */
  METRIC_SOURCES: z.string().min(1).optional(),
};

const stored = z.union(
  [z.strictObject({ file: z.string().min(1) }), z.strictObject({ env: z.string().regex(/^[A-Za-z_]\w*$/) })],
  { error: 'not { file: PATH } or { env: NAME }: secrets are not written into this file' },
);
const headerName = z.string().regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, 'no name of a header');
const source = z
  .strictObject({
    url: metricSourceSettings.PROMETHEUS_URL.unwrap(),
    basic: z.strictObject({ username: z.string().min(1), password: stored }).optional(),
    bearer: stored.optional(),
    ca: z.string().min(1).optional(),
    headers: z.record(headerName, z.union([z.string(), stored])).default({}),
  })
  .superRefine(({ url, basic, bearer }, context) => {
    const said = [hasCredentials(url), basic !== undefined, bearer !== undefined].filter(Boolean).length;
    if (said > 1)
      context.addIssue({
        code: 'custom',
        path: ['basic'],
        message: 'give one of basic, bearer and user:password in the URL',
      });
  });
const document = z.record(
  z.string().regex(/^[\w.-]{1,100}$/, 'a name is 1 to 100 of A–Z a–z 0–9 _ . -'),
  source,
);

type Env = Readonly<Record<string, string | undefined>>;

/**
 * The sources by their names, from `PROMETHEUS_URL` and from the file.
 * @throws DomainError `config_invalid` that names the file and every mistake in it; a value of a secret is in none
 */
export function metricSources(
  settings: { readonly PROMETHEUS_URL?: string | undefined; readonly METRIC_SOURCES?: string | undefined },
  env: Env,
): Readonly<Record<string, PrometheusSettings>> {
  const { PROMETHEUS_URL, METRIC_SOURCES } = settings;
  const named = METRIC_SOURCES === undefined ? {} : readSources(METRIC_SOURCES, env);
  if (PROMETHEUS_URL === undefined) return named;
  if (DEFAULT_SOURCE in named)
    throw invalid(METRIC_SOURCES ?? '', [`"${DEFAULT_SOURCE}": PROMETHEUS_URL says it already`]);
  const own = { basic: null, bearer: null, ca: null, headers: {} };
  return { ...named, [DEFAULT_SOURCE]: { ...own, ...withoutCredentials(PROMETHEUS_URL) } };
}

function readSources(file: string, env: Env): Record<string, PrometheusSettings> {
  const read = document.safeParse(documentIn(file));
  if (!read.success)
    throw invalid(
      file,
      read.error.issues.map((issue) => `${issue.path.join('.') || 'the file'}: ${issue.message}`),
    );
  const missing: string[] = [];
  const secret = (where: string, given: z.infer<typeof stored>): Secret => {
    if ('env' in given) {
      const value = env[given.env];
      if (!value) missing.push(`${where}: the variable ${given.env} is not set`);
      return { value: value ?? '' };
    }
    try {
      readFileSync(given.file);
    } catch (error) {
      missing.push(`${where}: ${given.file} cannot be read (${(error as NodeJS.ErrnoException).code ?? ''})`);
    }
    return { file: given.file };
  };
  const sources = Object.entries(read.data).map(([name, { url, basic, bearer, ca, headers }]) => {
    const own = withoutCredentials(url);
    return [
      name,
      {
        url: own.url,
        basic: basic
          ? { username: basic.username, password: secret(`${name}.basic.password`, basic.password) }
          : (own.basic ?? null),
        bearer: bearer ? secret(`${name}.bearer`, bearer) : null,
        ca: ca ?? null,
        headers: Object.fromEntries(
          Object.entries(headers).map(([header, value]) => [
            header,
            typeof value === 'string' ? { text: value } : secret(`${name}.headers.${header}`, value),
          ]),
        ),
      },
    ] as const;
  });
  if (missing.length > 0) throw invalid(file, missing);
  return Object.fromEntries(sources);
}

function documentIn(file: string): unknown {
  const text = (() => {
    try {
      return readFileSync(file, 'utf8');
    } catch (error) {
      throw invalid(file, [`it cannot be read (${(error as NodeJS.ErrnoException).code ?? ''})`]);
    }
  })();
  try {
    return parse(text) as unknown;
  } catch (error) {
    // The lines below show what is written there.
    throw invalid(file, [`it is no YAML: ${(error as Error).message.split('\n')[0] ?? ''}`]);
  }
}

const invalid = (file: string, mistakes: readonly string[]): DomainError =>
  new DomainError(
    'invalid',
    'config_invalid',
    `METRIC_SOURCES (${file}) has ${mistakes.length === 1 ? 'a mistake' : `${mistakes.length} mistakes`}:\n${mistakes.map((one) => `  ${one}`).join('\n')}`,
  );

const hasCredentials = (url: string): boolean =>
  URL.canParse(url) && (new URL(url).username !== '' || new URL(url).password !== '');

/** What is before the `@` of a URL goes into a header: `fetch` takes no such URL, and errors name the URL. */
function withoutCredentials(text: string): Pick<PrometheusSettings, 'url'> & Partial<PrometheusSettings> {
  if (!hasCredentials(text)) return { url: text };
  const url = new URL(text);
  const basic = {
    username: decoded(url.username),
    password: { value: decoded(url.password) },
  };
  url.username = url.password = '';
  return { url: url.href, basic };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
