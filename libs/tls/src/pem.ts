import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';

const CERTIFICATE =
  /-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----[^-]*-----END (?:TRUSTED |X509 )?CERTIFICATE-----/g;
const BEGINS = /-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----/g;

/**
 * All certificates of a PEM text, in their order.
 * @throws Error in words for the operator: there is none, one is cut off, or one is no certificate
 */
export function certificatesIn(pem: string): readonly X509Certificate[] {
  const blocks = pem.match(CERTIFICATE) ?? [];
  if (blocks.length !== (pem.match(BEGINS) ?? []).length) throw new Error('a certificate in it is cut off');
  if (blocks.length === 0) throw new Error('it holds no certificate in PEM (-----BEGIN CERTIFICATE-----)');
  return blocks.map((block, at) => {
    try {
      return new X509Certificate(block);
    } catch {
      throw new Error(`certificate ${at + 1} of ${blocks.length} in it is malformed`);
    }
  });
}

/**
 * The private key of a PEM text.
 * @throws Error in words for the operator: there is none, or it has a passphrase
 */
export function privateKeyIn(pem: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ERR_MISSING_PASSPHRASE' || /ENCRYPTED/.test(pem))
      throw new Error('its key has a passphrase; store it without one, readable by this process only', {
        cause: error,
      });
    throw new Error('it holds no private key in PEM (-----BEGIN PRIVATE KEY-----)', { cause: error });
  }
}
