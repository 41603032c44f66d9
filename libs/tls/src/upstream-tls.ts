import { createSecureContext, rootCertificates, type SecureContext } from 'node:tls';
import { readKeyPair } from './key-pair.ts';
import { type NamedFile, parseNamed, readNamed } from './named-file.ts';
import { certificatesIn } from './pem.ts';

/** Paths of `UPSTREAM_TLS_CA`, `UPSTREAM_TLS_CERT` and `UPSTREAM_TLS_KEY`. */
export interface UpstreamTlsFiles {
  readonly ca: string | null;
  readonly cert: string | null;
  readonly key: string | null;
}

/**
 * How this installation speaks to model servers of `https`: whom it trusts besides the authorities of Node.js, and what it
 * shows of itself. `undefined`: as Node.js does by itself.
 * @throws DomainError `tls_invalid` that names the setting and the file
 */
export function upstreamTls({ ca, cert, key }: UpstreamTlsFiles): SecureContext | undefined {
  if (ca === null && (cert === null || key === null)) return undefined;
  return createSecureContext({
    ...(ca === null
      ? {}
      : {
          ca: [...rootCertificates, authoritiesIn({ setting: 'UPSTREAM_TLS_CA', file: ca })],
        }),
    ...(cert === null || key === null
      ? {}
      : readKeyPair({
          cert: { setting: 'UPSTREAM_TLS_CERT', file: cert },
          key: { setting: 'UPSTREAM_TLS_KEY', file: key },
        })),
  });
}

/**
 * Trusts the authorities of a file besides those of Node.js, and shows nothing of itself.
 * @throws DomainError `tls_invalid` that names the setting and the file
 */
export const trusting = (named: NamedFile): SecureContext =>
  createSecureContext({ ca: [...rootCertificates, authoritiesIn(named)] });

function authoritiesIn(named: NamedFile): string {
  const text = readNamed(named);
  parseNamed(named, text, certificatesIn);
  return text;
}
