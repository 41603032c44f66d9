import type { Config } from '#libs/config';
import { DomainError } from '#libs/kernel';
import type { Logger } from '#libs/observe';
import { type KeyPair, type KeyPairFiles, KeyPairWatch, readKeyPair } from '#libs/tls';
import { every, PROCESS, whenSettled } from '../process/contained.ts';

const LOOK_MS = 1_000;

/** What callers are shown, and whoever wants to know when it changes. */
export interface CallerPair {
  readonly pair: KeyPair;
  /** Looks at the files once a second. @returns stops it */
  follow(changed: (pair: KeyPair) => void, logger: Logger): () => void;
}

/**
 * The certificate and key of `GATEWAY_TLS_CERT` and `GATEWAY_TLS_KEY`; `null`: they are not set.
 * @throws DomainError `tls_invalid` that names the setting and the file
 */
export function callerPair({ gatewayTls }: Pick<Config, 'gatewayTls'>): CallerPair | null {
  if (gatewayTls === null) return null;
  const files: KeyPairFiles = {
    cert: { setting: 'GATEWAY_TLS_CERT', file: gatewayTls.cert },
    key: { setting: 'GATEWAY_TLS_KEY', file: gatewayTls.key },
  };
  const pair = readKeyPair(files);
  return {
    pair,
    follow(changed, logger) {
      const watch = new KeyPairWatch(files, pair);
      let isLooking = false;
      const took = (found: KeyPair | DomainError | null): void => {
        isLooking = false;
        if (found === null) return;
        if (found instanceof DomainError)
          return logger.error({ why: found.detail }, 'the certificate for callers stays as it was');
        changed(found);
        logger.info('the certificate for callers was read again');
      };
      const failed = (error: unknown): void => {
        isLooking = false;
        logger.error({ err: error }, 'the certificate for callers could not be looked at');
      };
      const timer = every(PROCESS, LOOK_MS, () => {
        if (isLooking) return;
        isLooking = true;
        whenSettled(PROCESS, watch.look(), took, failed);
      }).unref();
      return () => clearInterval(timer);
    },
  };
}
