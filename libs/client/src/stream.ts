import { EventSourceParserStream } from 'eventsource-parser/stream';
import { problemOf, UnderstudyError, withoutSlash } from './client.ts';

/** What happened, as `GET /api/v1/stream` tells it. */
export interface StreamEvent {
  readonly id: string;
  readonly type: string;
  readonly model: string | null;
  readonly rolloutId: string | null;
  readonly version: number | null;
  readonly actor: string;
  readonly at: string;
}

export interface StreamOptions {
  readonly url: string;
  readonly token: () => string | null;
  readonly signal: AbortSignal;
  /** The stream is (again) there: look at everything, something may have been missed. */
  readonly connected: () => void;
  readonly event: (event: StreamEvent) => void;
  /** It is not; it is tried again. */
  readonly lost?: (error: unknown) => void;
  readonly fetch?: typeof fetch;
}

const FIRST_PAUSE_MS = 500;
const MOST_PAUSE_MS = 10_000;
/** The api gives a sign of life every 15 s; a connection that is silent for longer is dead. */
const SILENCE_MS = 35_000;

/**
 * Follows what happens until it is stopped, and connects again when it is cut off.
 * Not an EventSource: that sends no token.
 * @throws UnderstudyError when the api says that it may not (401, 403)
 */
export async function follow(options: StreamOptions): Promise<void> {
  const { signal, lost } = options;
  for (let pause = FIRST_PAUSE_MS; !signal.aborted; pause = Math.min(MOST_PAUSE_MS, pause * 2)) {
    try {
      await read(options, () => (pause = FIRST_PAUSE_MS));
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof UnderstudyError && (error.status === 401 || error.status === 403)) throw error;
      lost?.(error);
    }
    await sleep(pause, signal);
  }
}

async function read(
  { url, token, signal, connected, event, fetch = globalThis.fetch }: StreamOptions,
  up: () => void,
) {
  const given = token();
  const silence = silenceAfter(SILENCE_MS);
  try {
    const response = await fetch(`${withoutSlash(url)}/api/v1/stream`, {
      signal: AbortSignal.any([signal, silence.signal]),
      headers: given === null ? {} : { authorization: `Bearer ${given}` },
    });
    if (!response.ok || !response.body) throw new UnderstudyError(await problemOf(response));
    up();
    connected();
    const decoder = new TextDecoder();
    const heard = new TransformStream<Uint8Array, string>({
      transform: (part, next) => {
        // A comment is a sign of life, and no event.
        silence.broken();
        next.enqueue(decoder.decode(part, { stream: true }));
      },
    });
    const events = response.body.pipeThrough(heard).pipeThrough(new EventSourceParserStream());
    const reader = events.getReader();
    for (let part = await reader.read(); !part.done; part = await reader.read())
      event(JSON.parse(part.value.data) as StreamEvent);
  } finally {
    silence.end();
  }
}

/** Aborts once nothing was heard for so long. */
function silenceAfter(ms: number): { signal: AbortSignal; broken: () => void; end: () => void } {
  const controller = new AbortController();
  const begin = () =>
    setTimeout(() => controller.abort(new Error(`the api has said nothing for ${ms / 1_000} s`)), ms);
  let timer = begin();
  const end = (): void => clearTimeout(timer);
  const broken = (): void => {
    end();
    timer = begin();
  };
  return { signal: controller.signal, broken, end };
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done, { once: true });
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
  });
}
