import type { Config } from '#libs/config';
import { checkedPair, type FollowedFiles, followedFiles, type KeyPair, type KeyPairFiles } from '#libs/tls';

/**
 * What callers are shown: the certificate and key of `GATEWAY_TLS_CERT` and `GATEWAY_TLS_KEY`; `null`: they are not set.
 * @throws DomainError `tls_invalid` that names the setting and the file
 */
export function callerPair({ gatewayTls }: Pick<Config, 'gatewayTls'>): FollowedFiles<KeyPair> | null {
  if (gatewayTls === null) return null;
  const files: KeyPairFiles = {
    cert: { setting: 'GATEWAY_TLS_CERT', file: gatewayTls.cert },
    key: { setting: 'GATEWAY_TLS_KEY', file: gatewayTls.key },
  };
  return followedFiles('the certificate for callers', [files.cert, files.key], ([cert = '', key = '']) =>
    checkedPair(files, { cert, key }),
  );
}
