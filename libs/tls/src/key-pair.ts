import { certificatesIn, privateKeyIn } from './pem.ts';
import { type NamedFile, readNamed, refuse } from './named-file.ts';

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
 * Reads both and checks that they belong together.
 * @throws DomainError `tls_invalid` that names the setting and the file
 */
export function readKeyPair({ cert, key }: KeyPairFiles): KeyPair {
  const chain = readNamed(cert, certificatesIn);
  const own = readNamed(key, privateKeyIn);
  if (chain.value[0]?.checkPrivateKey(own.value) !== true)
    throw refuse(
      key,
      `its key does not belong to the first certificate of ${cert.setting} (${cert.file}); the server's own certificate comes before its chain`,
    );
  return { cert: chain.text, key: own.text };
}
