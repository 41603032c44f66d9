import { EVIDENCE_METADATA, type LoggedEvidence, readLoggedEvidence, VERSION_TAG } from '#libs/envoy-config';

/** A line of Envoy's log as it is decoded; what is not there was not set. */
export interface RawLogEntry {
  readonly common_properties?: RawCommon;
  readonly request?: { readonly request_id?: string };
  readonly response?: {
    readonly response_code?: { readonly value?: number };
    readonly response_body_bytes?: number;
    readonly response_headers?: Readonly<Record<string, string>>;
    readonly response_code_details?: string;
  };
}

interface RawCommon {
  readonly access_log_type?: string;
  readonly duration?: RawDuration;
  readonly time_to_last_rx_byte?: RawDuration;
  readonly time_to_first_upstream_tx_byte?: RawDuration;
  readonly time_to_last_upstream_tx_byte?: RawDuration;
  readonly time_to_first_upstream_rx_byte?: RawDuration;
  readonly time_to_last_upstream_rx_byte?: RawDuration;
  readonly upstream_request_attempt_count?: number;
  readonly response_flags?: Readonly<Record<string, unknown>>;
  readonly metadata?: { readonly filter_metadata?: Readonly<Record<string, RawStruct>> };
  readonly custom_tags?: Readonly<Record<string, string>>;
}

interface RawDuration {
  readonly seconds?: number;
  readonly nanos?: number;
}
interface RawStruct {
  readonly fields?: Readonly<Record<string, { readonly stringValue?: string }>>;
}

/** One request, or one attempt of it that has failed, as Envoy logs it. Times in milliseconds since Envoy began with it. */
export interface LoggedRequest {
  readonly kind: 'request' | 'attempt';
  readonly requestId: string;
  /** `null`: it counts for nobody, or it is an attempt. */
  readonly evidence: LoggedEvidence | null;
  /** The version that has answered, or was asked last; `null`: none was. */
  readonly version: number | null;
  readonly attempts: number;
  /** 0: there was no answer. */
  readonly status: number;
  /** The answer is a model server's, not Envoy's own. */
  readonly isServers: boolean;
  /** What Envoy says of its end, by its names in Envoy's protocol. */
  readonly flags: ReadonlySet<string>;
  /** All of the request had come in; `null`: it had not. */
  readonly readMs: number | null;
  /** The last version that was asked had the request, on a connection that was there; `null`: none was. */
  readonly sentMs: number | null;
  readonly firstByteMs: number | null;
  /** `null`: the answer had no end. */
  readonly lastByteMs: number | null;
  readonly endMs: number;
  readonly bodyBytes: number;
  /** Names and values in turn, of those that are logged. */
  readonly headers: readonly string[];
}

/** Reads a line of the log. */
export function readLogEntry({
  common_properties: common = {},
  request,
  response,
}: RawLogEntry): LoggedRequest {
  const kind = common.access_log_type === 'UpstreamEnd' ? 'attempt' : 'request';
  return {
    kind,
    requestId: request?.request_id ?? '',
    evidence: kind === 'attempt' ? null : evidenceOf(common),
    version: versionOf(common.custom_tags?.[VERSION_TAG]),
    attempts: common.upstream_request_attempt_count ?? 0,
    ...answerOf(kind, response),
    ...timesOf(common),
    flags: new Set(Object.entries(common.response_flags ?? {}).flatMap(([name, is]) => (is ? [name] : []))),
  };
}

function evidenceOf({ metadata }: RawCommon): LoggedEvidence | null {
  const { namespace, key } = EVIDENCE_METADATA;
  const said = metadata?.filter_metadata?.[namespace]?.fields?.[key]?.stringValue;
  return said === undefined ? null : readLoggedEvidence(said);
}

function answerOf(
  kind: LoggedRequest['kind'],
  response: RawLogEntry['response'] = {},
): Pick<LoggedRequest, 'status' | 'isServers' | 'bodyBytes' | 'headers'> {
  const status = response.response_code?.value ?? 0;
  return {
    status,
    isServers: kind === 'attempt' ? status > 0 : response.response_code_details === 'via_upstream',
    bodyBytes: response.response_body_bytes ?? 0,
    headers: Object.entries(response.response_headers ?? {}).flat(),
  };
}

const timesOf = (
  common: RawCommon,
): Pick<LoggedRequest, 'readMs' | 'sentMs' | 'firstByteMs' | 'lastByteMs' | 'endMs'> => ({
  readMs: msOf(common.time_to_last_rx_byte),
  sentMs: sentMs(common),
  firstByteMs: msOf(common.time_to_first_upstream_rx_byte),
  lastByteMs: msOf(common.time_to_last_upstream_rx_byte),
  endMs: msOf(common.duration) ?? 0,
});

/** As the gateway's clock has it: since the end of a body that came in while it was sent, unless the answer came first. */
function sentMs(common: RawCommon): number | null {
  const [first, last] = [
    msOf(common.time_to_first_upstream_tx_byte),
    msOf(common.time_to_last_upstream_tx_byte),
  ];
  const answered = msOf(common.time_to_first_upstream_rx_byte);
  return last !== null && (answered === null || last <= answered) ? last : first;
}

const msOf = (duration: RawDuration | undefined): number | null =>
  duration === undefined ? null : (duration.seconds ?? 0) * 1_000 + (duration.nanos ?? 0) / 1_000_000;

function versionOf(tag: string | undefined): number | null {
  const version = Number(tag ?? NaN);
  return Number.isInteger(version) && version > 0 ? version : null;
}
