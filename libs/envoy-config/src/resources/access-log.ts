import { XDS_CLUSTER } from '../bootstrap.ts';
import { EVIDENCE_METADATA } from './logged-evidence.ts';
import { boxed, duration, type EnvoyMessage, typed } from './resource.ts';

/** The tag of a log that says which version has answered, or was asked last. */
export const VERSION_TAG = 'version';
/** Fields of answers that are read: is it a stream, and does it say when to try again? */
const ANSWER_FIELDS = ['content-type', 'content-length', 'content-encoding', 'retry-after'];

/** Evidence is sent twice a second: it is in the log before. */
const FLUSH_MS = 200;
/** What one worker gathers between two of these, about; more is sent at once. */
const BUFFER_BYTES = 64 * 1024;
const LOG_NAME = 'understudy';

/**
 * Logs that are sent to the xDS server. Requests that count are logged at their end. Of attempts only those that failed are, as the primary may answer
 * in the candidate's stead: what the request's log says then is the primary's. Both go the same way, one after the other.
 * @param token by which the xDS server lets in who logs
 */
export const accessLogs = (
  token: string,
): { readonly requests: EnvoyMessage; readonly attempts: EnvoyMessage } => ({
  requests: { ...logTo(token), filter: { metadata_filter: COUNTS } },
  attempts: { ...logTo(token), filter: { or_filter: { filters: FAILED } } },
});

const COUNTS: EnvoyMessage = {
  matcher: {
    filter: EVIDENCE_METADATA.namespace,
    path: [{ key: EVIDENCE_METADATA.key }],
    value: { present_match: true },
  },
  match_if_key_not_found: boxed(false),
};

const status = (op: 'GE' | 'EQ', value: number): EnvoyMessage => ({
  status_code_filter: {
    comparison: { op, value: { default_value: value, runtime_key: 'understudy.no_such_key' } },
  },
});

const FAILED: readonly EnvoyMessage[] = [
  status('GE', 500),
  status('EQ', 429),
  { response_flag_filter: { flags: [] } },
];

const logTo = (token: string): EnvoyMessage => ({
  name: 'envoy.access_loggers.http_grpc',
  typed_config: typed('envoy.extensions.access_loggers.grpc.v3.HttpGrpcAccessLogConfig', {
    // Equal ones share a stream.
    common_config: {
      log_name: LOG_NAME,
      transport_api_version: 'V3',
      buffer_flush_interval: duration(FLUSH_MS),
      buffer_size_bytes: boxed(BUFFER_BYTES),
      grpc_service: {
        envoy_grpc: { cluster_name: XDS_CLUSTER },
        initial_metadata: [{ key: 'authorization', value: `Bearer ${token}` }],
      },
      custom_tags: [
        {
          tag: VERSION_TAG,
          metadata: {
            kind: { host: {} },
            metadata_key: { key: 'understudy', path: [{ key: 'version' }] },
          },
        },
      ],
    },
    additional_response_headers_to_log: ANSWER_FIELDS,
  }),
});
