import { z } from 'zod';

const file = z.string().min(1).optional();

/** Paths of PEM files; what is in them is checked at boot by who uses them (`libs/tls`). */
export const tlsSettings = {
  /** Certificates that sign model servers' ones, besides those that Node.js trusts. */
  UPSTREAM_TLS_CA: file,
  /** What this installation shows to model servers that ask for it. */
  UPSTREAM_TLS_CERT: file,
  UPSTREAM_TLS_KEY: file,
  /** What the gateway shows to callers: then it speaks https with them. */
  GATEWAY_TLS_CERT: file,
  GATEWAY_TLS_KEY: file,
};

type Set = { readonly [K in keyof typeof tlsSettings]?: string | undefined };

/** `null`: not set. A pair is set as a whole, or not at all (`NEEDS`). */
export const tlsConfig = (env: Set) => ({
  upstreamTls: {
    ca: env.UPSTREAM_TLS_CA ?? null,
    cert: env.UPSTREAM_TLS_CERT ?? null,
    key: env.UPSTREAM_TLS_KEY ?? null,
  },
  gatewayTls:
    env.GATEWAY_TLS_CERT === undefined || env.GATEWAY_TLS_KEY === undefined
      ? null
      : { cert: env.GATEWAY_TLS_CERT, key: env.GATEWAY_TLS_KEY },
});
