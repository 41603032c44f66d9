import { readFile } from 'node:fs/promises';
import type { SecureContext } from 'node:tls';
import { Agent, fetch as undiciFetch } from 'undici';
import type { OutboundFetch } from './outbound-fetch.ts';

type Secret = { readonly value: string } | { readonly file: string };

/** Where a Prometheus is, and what it is shown. The operator's, so it may be anywhere. */
export interface PrometheusEndpoint {
  /** Without credentials. */
  readonly url: string;
  /** Read anew for each request: files of secrets are changed while we run. */
  readonly headers: () => Promise<Readonly<Record<string, string>>>;
  readonly fetch: OutboundFetch;
}

/** @param secureContext whom it trusts over `https`, where that is not as Node.js has it */
export function prometheusEndpoint(
  settings: {
    readonly url: string;
    readonly basic: { readonly username: string; readonly password: Secret } | null;
    readonly bearer: Secret | null;
    readonly headers: Readonly<Record<string, Secret>>;
  },
  secureContext?: SecureContext,
): PrometheusEndpoint {
  const { url, basic, bearer, headers } = settings;
  const dispatcher = secureContext ? new Agent({ connect: { secureContext } }) : undefined;
  return {
    url,
    async headers() {
      const own = await Promise.all(
        Object.entries(headers).map(async ([name, secret]) => [name, await read(secret)] as const),
      );
      const authorization = basic
        ? `Basic ${Buffer.from(`${basic.username}:${await read(basic.password)}`).toString('base64')}`
        : bearer
          ? `Bearer ${await read(bearer)}`
          : null;
      return { ...Object.fromEntries(own), ...(authorization === null ? {} : { authorization }) };
    },
    fetch: dispatcher
      ? (((address: string, init: RequestInit = {}) =>
          undiciFetch(address, { ...init, dispatcher } as never)) as never)
      : fetch,
  };
}

async function read(secret: Secret): Promise<string> {
  if ('value' in secret) return secret.value;
  // An editor's last line break is no part of it.
  const text = await readFile(secret.file, 'utf8').catch((error: unknown) => {
    const { code = '' } = error as NodeJS.ErrnoException;
    throw new Error(`${secret.file}, which holds what the source is shown, cannot be read (${code})`);
  });
  return text.replace(/\r?\n$/, '');
}
