import { createSecureContext } from 'node:tls';
import { type NamedFile, parseNamed, refuse } from './named-file.ts';
import { certificatesIn, privateKeyIn } from './pem.ts';

/** A certificate with its chain, and the key that it is of; both PEM. */
export interface KeyPair {
  readonly cert: string;
  readonly key: string;
}

/** Where both are. */
export interface KeyPairFiles {
  readonly cert: NamedFile;
  readonly key: NamedFile;
}

/**
 * The pair, if both belong together.
 * @throws DomainError `tls_invalid` that names the setting and the file
 */
export function checkedPair({ cert, key }: KeyPairFiles, pair: KeyPair): KeyPair {
  const chain = parseNamed(cert, pair.cert, certificatesIn);
  const own = parseNamed(key, pair.key, privateKeyIn);
  if (chain[0]?.checkPrivateKey(own) !== true)
    throw refuse(
      key,
      `its key does not belong to the first certificate of ${cert.setting} (${cert.file}); the server's own certificate comes before its chain`,
    );
  // What else OpenSSL minds: a key that is too short, a hash that is too weak.
  parseNamed(cert, pair.cert, () => createSecureContext({ ...pair }));
  return pair;
}
