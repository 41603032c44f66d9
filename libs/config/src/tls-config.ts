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
