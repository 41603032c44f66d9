import { NoStatusLine } from '../../http/bad-message.ts';

/** The connection broke. */
export class ConnectionError extends Error {
  override readonly name: string = 'ConnectionError';
}

/** What came on a connection before the answer belonged to an exchange before it. */
export class StrayBytesError extends ConnectionError {
  override readonly name = 'StrayBytesError';
}

/** The connection broke within an answer. */
export class BrokenOffError extends ConnectionError {
  override readonly name = 'BrokenOffError';
}

/** The model server answers no probe, and another one is asked. */
export class ReplicaSilentError extends ConnectionError {
  override readonly name = 'ReplicaSilentError';
}

/** No connection could be made: no model server has seen the request. */
export class NotSentError extends ConnectionError {
  override readonly name: string = 'NotSentError';
}

/** The same, for lack of time. */
export class ConnectTimeoutError extends NotSentError {
  override readonly name = 'ConnectTimeoutError';
}

/** More requests are under way to this model server than the gateway allows; it has not seen this one. */
export class OverLimitError extends Error {
  override readonly name = 'OverLimitError';
}

/** The whole answer did not come in the time that there is for it. */
export class LateAnswerError extends Error {
  override readonly name = 'LateAnswerError';
}

/** The answer is larger than what the gateway keeps (`MAX_BUFFERED_BYTES`): a limit of ours. */
export class AnswerTooLargeError extends Error {
  override readonly name = 'AnswerTooLargeError';
}

/** The gateway has no memory left for this answer: a limit of ours. */
export class NoRoomError extends Error {
  override readonly name = 'NoRoomError';
}

/** The model server did nothing for too long. */
export class UpstreamTimeoutError extends Error {
  override readonly name = 'UpstreamTimeoutError';
}

/** The request was given up by us. */
export class AbortedError extends Error {
  override readonly name = 'AbortedError';
}

/** What became of a request without an answer, for people. */
export function inWords(error: Error): string {
  if (error instanceof ConnectTimeoutError) return 'no connection in time';
  if (error instanceof UpstreamTimeoutError || error instanceof LateAnswerError) return 'no answer in time';
  return error.message;
}

/** Has a model server seen, or may have seen, the request that failed so? */
export const wasSent = (error: Error): boolean =>
  !(error instanceof NotSentError) && !(error instanceof OverLimitError);

/** Is it a limit of ours that was reached? Then it says nothing about the model server. */
export const isOurLimit = (error: Error): boolean =>
  error instanceof OverLimitError || error instanceof AnswerTooLargeError || error instanceof NoRoomError;

/** Whatever kept it from being connected, no model server has seen the request. */
export const notSent = (error: Error): Error =>
  error instanceof ConnectionError && !(error instanceof NotSentError)
    ? new NotSentError(error.message, { cause: error })
    : error;

/** Bytes that are no answer: on a connection that has carried others they may be one of theirs (the late end of a 204, the body of a HEAD). */
export const strayOr = (broken: Error, served: number): Error =>
  broken instanceof NoStatusLine && served > 0 ? new StrayBytesError(broken.message) : broken;
