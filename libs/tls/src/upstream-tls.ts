import { createSecureContext, rootCertificates, type SecureContext } from 'node:tls';
import { followedFiles, type FilesLogger } from './followed-files.ts';
import { checkedPair } from './key-pair.ts';
import { type NamedFile, parseNamed } from './named-file.ts';
import { certificatesIn } from './pem.ts';

/** Paths of `UPSTREAM_TLS_CA`, `UPSTREAM_TLS_CERT` and `UPSTREAM_TLS_KEY`. */
export interface UpstreamTlsFiles {
  readonly ca: string | null;
  readonly cert: string | null;
  readonly key: string | null;
}

/** Whom we trust over TLS and what we show of ourselves, for the next handshake; `undefined`: as Node.js does by itself. */
export type SecureNow = () => SecureContext | undefined;

/**
 * How this installation speaks to model servers of `https`: whom it trusts besides the authorities of Node.js, and what it
 * shows of itself. The files are followed: new ones hold from the next handshake on, and connections that are there go on.
 * @throws DomainError `tls_invalid` that names the setting and the file
 */
export function upstreamTls({ ca, cert, key }: UpstreamTlsFiles, logger?: FilesLogger): SecureNow {
  const authority = ca === null ? [] : [{ setting: 'UPSTREAM_TLS_CA', file: ca }];
  const pair =
    cert === null || key === null
      ? null
      : {
          cert: { setting: 'UPSTREAM_TLS_CERT', file: cert },
          key: { setting: 'UPSTREAM_TLS_KEY', file: key },
        };
  if (authority.length === 0 && pair === null) return () => undefined;
  const files = [...authority, ...(pair ? [pair.cert, pair.key] : [])];
  return secureNow('the TLS for model servers', files, logger, (texts) => {
    const [certText = '', keyText = ''] = texts.slice(authority.length);
    return createSecureContext({
      ...(authority[0] ? { ca: [...rootCertificates, authoritiesIn(authority[0], texts[0] ?? '')] } : {}),
      ...(pair ? checkedPair(pair, { cert: certText, key: keyText }) : {}),
    });
  });
}

/**
 * Trusts the authorities of a file besides those of Node.js, and shows nothing of itself. The file is followed.
 * @throws DomainError `tls_invalid` that names the setting and the file
 */
export const trusting = (named: NamedFile, logger?: FilesLogger): SecureNow =>
  secureNow(`the authority of ${named.setting}`, [named], logger, ([text = '']) =>
    createSecureContext({ ca: [...rootCertificates, authoritiesIn(named, text)] }),
  );

function secureNow(
  what: string,
  files: readonly NamedFile[],
  logger: FilesLogger | undefined,
  check: (texts: readonly string[]) => SecureContext,
): SecureNow {
  const followed = followedFiles(what, files, check);
  if (logger) followed.follow(logger);
  return () => followed.current;
}

function authoritiesIn(named: NamedFile, text: string): string {
  parseNamed(named, text, certificatesIn);
  return text;
}
