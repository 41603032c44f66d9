import { after, type Owner } from '#libs/data-plane';
import type { StreamFailure } from '#libs/traffic';
import { Gathered } from '../request/gathered.ts';
import type { Hold } from '../process/memory-budget.ts';
import { AnswerTooLargeError, LateAnswerError, NoRoomError } from './connection/errors.ts';
import { StreamWatch } from './stream-watch.ts';
import type { UpstreamPool } from './upstream-pool.ts';
import type { Call, UpstreamRequest } from './upstream-request.ts';

/** Of a stream that is held to its end: nobody waits for that, and none is endless. */
const MOST_STREAM_MS = 600_000;

export interface WholeAnswer {
  readonly status: number;
  /** Names and values in turn. */
  readonly headers: readonly string[];
  /** The serving URL of who has answered. */
  readonly servedBy: string | null;
  readonly body: Buffer;
}

/** The beginning of a stream: what is there when its first event (line, byte) is that says something, or when that has been waited for long enough. */
export interface StreamStart extends WholeAnswer {
  /** Its first event says that there is no answer. */
  readonly isError: boolean;
  /** The model server may go on, after `chunk` has said no. */
  readonly resume: () => void;
}

/** Who takes the rest of a stream. */
export interface Flow {
  /** @returns `false`: no more, please, until `resume` */
  chunk(bytes: Buffer): boolean;
  /** @param failure how it has failed all the same */
  end(trailers: readonly string[], failure: StreamFailure | null): void;
  failed(error: Error): void;
}

/** Each is told once, and one of them only. */
export interface HeldListener extends Owner {
  /**
   * All of an answer that is no stream, or is over before its first event.
   * @param failure how a stream has failed all the same
   */
  whole(answer: WholeAnswer, failure: StreamFailure | null): void;
  /** Takes the rest of a stream, or gives it up by `null`. Not a function: streams are held to their end, for ten minutes at most. */
  readonly begins: ((start: StreamStart) => Flow | null) | null;
  /** There is no answer, nor the beginning of one. */
  failed(error: Error): void;
}

export interface HoldLimits {
  /** Of the call's clock, so that setting up a connection is outside of it; the pool has a limit of its own for that. */
  readonly timeoutMs: number;
  readonly maxBytes: number;
  readonly hold: Hold;
}

/**
 * Sends a request and holds its answer until it can be told what becomes of it: whole, or, where it is a stream, its first
 * part. Within a time, a size and what memory there is. What a listener takes of a stream later has the pool's limits only.
 */
export function sendHeld(
  pool: UpstreamPool,
  request: UpstreamRequest,
  limits: HoldLimits,
  listener: HeldListener,
): Call {
  const body = new Gathered(limits.hold);
  let status = 0;
  let headers: readonly string[] = [];
  let watch: StreamWatch | null = null;
  let resume = (): void => undefined;
  let flow: Flow | null = null;
  let reason: Error | null = null;
  let hasBegun = false;
  let isOver = false;
  const giveUp = (error: Error): void => {
    reason ??= error;
    call.abort(error);
  };
  // One for all that is held: a drip of bytes must not hold a caller for ever.
  const checkTime = (): void => {
    const left = limits.timeoutMs - call.clock.answerMs(performance.now());
    // Timers of Node may run a millisecond early.
    if (left >= 1) timer = after(listener, Math.ceil(left), checkTime);
    // The server is at work, and says so; its first token may take as long as it likes.
    else if (watch?.isAnnounced === true) begin(false);
    else giveUp(new LateAnswerError('no answer in time'));
  };
  let timer = after(listener, limits.timeoutMs, checkTime);
  const begin = (isError: boolean): void => {
    hasBegun = true;
    clearTimeout(timer);
    if (listener.begins === null) {
      timer = after(listener, MOST_STREAM_MS, () =>
        giveUp(new LateAnswerError('no end of the answer in time')),
      );
      return;
    }
    flow = listener.begins({
      ...{ status, headers, servedBy: call.sentUrl, body: body.whole() },
      ...{ isError, resume },
    });
    if (flow !== null) return;
    isOver = true;
    call.abort();
  };
  const call = pool.send(request, {
    place: listener.place,
    endBy(error) {
      clearTimeout(timer);
      listener.endBy(error);
    },
    head(gotStatus, gotHeaders, gotResume) {
      [status, headers, resume] = [gotStatus, gotHeaders, gotResume];
      watch = StreamWatch.of(status, headers, call.clock, limits.hold);
    },
    chunk(bytes) {
      if (isOver) return true;
      watch?.add(bytes);
      if (flow) return flow.chunk(bytes);
      // The first part of a stream that goes on is bounded by its watch.
      const isBounded = watch === null || listener.begins === null;
      if (isBounded && body.size + bytes.length > limits.maxBytes)
        giveUp(new AnswerTooLargeError(`the answer is larger than ${limits.maxBytes} bytes`));
      else if (!body.add(bytes)) {
        call.clock.limited(performance.now());
        giveUp(new NoRoomError('no memory is left for this answer'));
      } else if (watch?.hasBegun === true && !hasBegun) begin(watch.isError);
      return true;
    },
    end(trailers) {
      clearTimeout(timer);
      if (isOver) return;
      const failure = watch?.failure ?? null;
      if (flow) flow.end(trailers, failure);
      else listener.whole({ status, headers, servedBy: call.sentUrl, body: body.whole() }, failure);
    },
    failed(error) {
      clearTimeout(timer);
      if (isOver) return;
      if (flow) flow.failed(error);
      else listener.failed(reason ?? error);
    },
  });
  return call;
}
