import type { AddressPolicy } from '#libs/addresses';
import { type FilesLogger, trusting } from '#libs/tls';
import { outboundFetch, type OutboundFetch } from './outbound-fetch.ts';

interface Tracking {
  readonly url: string;
  readonly authorization: string | null;
  /** Path of a PEM file. */
  readonly ca: string | null;
}

/**
 * MLflow's tracking server, asked within the policy of addresses and trusted as its own settings say.
 * @throws DomainError `tls_invalid` that names the setting and the file
 */
export function mlflowServer(
  tracking: Tracking | null,
  policy: AddressPolicy,
  logger: FilesLogger,
): { url: string; authorization: string | null; fetch: OutboundFetch } | null {
  if (tracking === null) return null;
  const { url, authorization, ca } = tracking;
  const trusts =
    ca === null ? undefined : trusting({ setting: 'MLFLOW_TRACKING_SERVER_CERT_PATH', file: ca }, logger);
  return { url, authorization, fetch: outboundFetch(policy, undefined, trusts) };
}
