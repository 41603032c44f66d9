import { readFile } from 'node:fs/promises';
import { Agent, fetch as undiciFetch } from 'undici';
import { keepSecret, secretsInHeader, secretsInUrl } from '#libs/kernel';
import type { OutboundFetch } from '../outbound-fetch.ts';
import { followingConnector } from '../following-connector.ts';
import type { SecureNow } from '#libs/tls';

type Secret = { readonly value: string } | { readonly file: string };
type Shown = Secret | { readonly text: string };

/** What a request shows. */
export interface Showing {
  readonly headers: Readonly<Record<string, string>>;
  /** What of it nobody else may see, whoever repeats it. */
  readonly secrets: readonly string[];
}

/** Where a Prometheus is, and what it is shown. The operator's, so it may be anywhere. */
export interface PrometheusEndpoint {
  /** Without credentials. */
  readonly url: string;
  /** Read anew for each request: files of secrets are changed while we run. */
  readonly shows: () => Promise<Showing>;
  readonly fetch: OutboundFetch;
}

/** @param secure whom it trusts over `https`, where that is not as Node.js has it */
export function prometheusEndpoint(
  settings: {
    readonly url: string;
    readonly basic: { readonly username: string; readonly password: Secret } | null;
    readonly bearer: Secret | null;
    readonly headers: Readonly<Record<string, Shown>>;
  },
  secure?: SecureNow,
): PrometheusEndpoint {
  const { url } = settings;
  const dispatcher = secure ? new Agent({ connect: followingConnector(secure) }) : undefined;
  return {
    url,
    shows: () => showing(settings),
    fetch: dispatcher
      ? (((address: string, init: RequestInit = {}) =>
          undiciFetch(address, { ...init, dispatcher } as never)) as never)
      : fetch,
  };
}

async function showing({
  url,
  basic,
  bearer,
  headers: further,
}: Parameters<typeof prometheusEndpoint>[0]): Promise<Showing> {
  const headers: Record<string, string> = {};
  const secrets: string[] = [];
  const keep = (secret: string): void => {
    keepSecret(secret);
    secrets.push(secret);
  };
  const known = async (secret: Secret): Promise<string> => {
    const value = await read(secret);
    keep(value);
    return value;
  };
  secretsInUrl(url).forEach(keep);
  for (const [name, shown] of Object.entries(further)) {
    headers[name] = 'text' in shown ? shown.text : await known(shown);
    if ('text' in shown) secretsInHeader(name, shown.text).forEach(keep);
  }
  if (basic) {
    const pair = Buffer.from(`${basic.username}:${await known(basic.password)}`).toString('base64');
    keep(pair);
    headers['authorization'] = `Basic ${pair}`;
  } else if (bearer) headers['authorization'] = `Bearer ${await known(bearer)}`;
  return { headers, secrets };
}

async function read(secret: Secret): Promise<string> {
  if ('value' in secret) return secret.value;
  // An editor's last line break is no part of it.
  const text = await readFile(secret.file, 'utf8').catch((error: unknown) => {
    const { code = '' } = error as NodeJS.ErrnoException;
    throw new Error(`${secret.file}, which holds what the source is shown, cannot be read (${code})`);
  });
  const value = text.replace(/\r?\n$/, '');
  // Whoever made the header would name the value.
  if (/[^\t\x20-\x7e\x80-\xff]/.test(value))
    throw new Error(
      `${secret.file} holds a line break, or what no header can bring; it is to hold the secret alone`,
    );
  return value;
}
