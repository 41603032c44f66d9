import { EndpointFailure, type Tokens } from '#libs/engine';
import { Payload } from '#libs/traffic';
import { boundedText } from '../bounded-text.ts';
import { retryAfterMs } from '../event-sender.ts';

/** An endpoint of the operator's that speaks one of OpenAI's APIs. */
export interface OpenaiEndpoint {
  /** The base URL; what is asked is added to its path. The operator's, so it may be anywhere. */
  readonly url: string;
  /** Read anew for each request; `null`: none is sent. */
  readonly apiKey: () => Promise<string | null>;
  readonly timeoutMs: number;
}

/** English has about four characters in each token. */
const CHARACTERS_OF_TOKEN = 4;

/** Tokens of a text, where a server does not count them. */
export const estimateTokens = (text: string): number => Math.ceil(text.length / CHARACTERS_OF_TOKEN);

/** Where something is asked, its query string kept. */
export function placeIn(url: string, path: string): URL {
  const at = new URL(url);
  at.pathname = `${at.pathname.replace(/\/+$/, '')}/${path}`;
  return at;
}

/** One request. */
export interface OpenaiRequest {
  readonly at: URL;
  readonly endpoint: OpenaiEndpoint;
  /** The setting of the key's file, for people. */
  readonly keySetting: string;
  readonly body: unknown;
  /** Bytes of the answer that are read. */
  readonly longest: number;
  /** What the request itself has cost once it was read, where no answer says. */
  readonly asked: Tokens;
}

/**
 * Asks, and gives back the body of an answer of status 2xx: what it is, or `undefined` where it is no JSON.
 * @throws EndpointFailure for everything else. An answer that is too long, breaks off or comes too late has been paid for:
 * the request's own tokens at least.
 */
export async function postJson({
  at,
  endpoint,
  keySetting,
  body,
  longest,
  asked,
}: OpenaiRequest): Promise<{ value: unknown; text: string }> {
  const key = await endpoint.apiKey().catch(() => {
    throw new EndpointFailure('no_api_key', `${keySetting} cannot be read`);
  });
  if (key !== null && !HEADER_TEXT.test(key))
    throw new EndpointFailure(
      'no_api_key',
      `${keySetting.replace(/_FILE$/, '')} holds what no header can: a line break, or letters beyond Latin-1`,
    );
  const signal = AbortSignal.timeout(endpoint.timeoutMs);
  let hasAnswered = false;
  try {
    const response = await fetch(at, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(key === null ? {} : { authorization: `Bearer ${key}` }),
      },
      body: JSON.stringify(body),
      signal,
      redirect: 'error',
    });
    if (!response.ok) {
      const wait = retryAfterMs(response.headers.get('retry-after'));
      await response.body?.cancel();
      throw new EndpointFailure(`http_${response.status}`, `${at.origin} answers ${response.status}`, wait);
    }
    hasAnswered = true;
    const text = await boundedText(response, longest);
    return { value: parsed(text), text };
  } catch (error) {
    if (error instanceof EndpointFailure) throw error;
    if (signal.aborted)
      throw new EndpointFailure(
        'timeout',
        `${at.origin} has not answered in ${endpoint.timeoutMs} ms`,
        null,
        asked,
      );
    if (hasAnswered)
      throw new EndpointFailure(
        'unreadable_reply',
        `${at.origin} answers more than ${longest} bytes, or breaks off`,
        null,
        asked,
      );
    throw new EndpointFailure('unreachable', `${at.origin} cannot be reached, or breaks off`);
  }
}

/** Within bounds of depth and memory, whoever wrote it. Python's `NaN` is a number that is none, and costs the rest of an answer nothing. */
function parsed(text: string): unknown {
  const { content } = new Payload(text);
  return content.kind === 'value' ? content.value : undefined;
}

/** What a line of a head may hold (RFC 9110 §5.5), as `fetch` takes it. */
const HEADER_TEXT = /^[\x20-\x7e\x80-\xff]*$/;
