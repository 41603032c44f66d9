/** A span as others name it (W3C Trace Context). */
export interface SpanContext {
  /** 32 hexadecimal digits in lower case, not all 0. */
  readonly traceId: string;
  /** 16 of them. */
  readonly spanId: string;
  /** It is recorded, so those below it should be. */
  readonly isSampled: boolean;
}

const TRACEPARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-[\x20-\x7e]*)?$/;
const NO_TRACE = '0'.repeat(32);
const NO_SPAN = '0'.repeat(16);
/** Of a version that is newer than ours; nobody needs more, and no peer has us read more. */
const LONGEST = 512;

/**
 * Reads `traceparent` (https://www.w3.org/TR/trace-context/#traceparent-header). A newer version may say more after its flags.
 * @returns `null`: it is none, so whoever got it begins a trace of its own
 */
export function readTraceparent(text: string | undefined): SpanContext | null {
  if (text === undefined || text.length > LONGEST) return null;
  const [, version, traceId = '', spanId = '', flags = '', more] = TRACEPARENT.exec(text) ?? [];
  if (version === undefined || version === 'ff' || (version === '00' && more !== undefined)) return null;
  if (traceId === NO_TRACE || spanId === NO_SPAN) return null;
  return { traceId, spanId, isSampled: (parseInt(flags, 16) & 1) === 1 };
}

/**
 * The caller's span by the header lines of a request. Two lines are nobody's word: RFC 9110 would join them, and then they are none.
 * @param headers names and values in turn
 */
export function callersSpan(headers: readonly string[]): SpanContext | null {
  let found: string | undefined;
  for (let i = 0; i + 1 < headers.length; i += 2) {
    if (headers[i]?.length !== 11 || headers[i]?.toLowerCase() !== 'traceparent') continue;
    if (found !== undefined) return null;
    found = headers[i + 1];
  }
  return readTraceparent(found);
}

export const traceparentOf = ({ traceId, spanId, isSampled }: SpanContext): string =>
  `00-${traceId}-${spanId}-${isSampled ? '01' : '00'}`;

/** A recorded span in few words, as evidence names it: `<trace id>-<span id>`. */
export const spanName = ({ traceId, spanId }: SpanContext): string => `${traceId}-${spanId}`;

/** The span that `spanName` names; `null`: it is none. */
export const readSpanName = (text: string): SpanContext | null => readTraceparent(`00-${text}-01`);
