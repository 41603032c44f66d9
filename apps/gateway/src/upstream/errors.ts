/** The connection broke. */
export class ConnectionError extends Error {
  override readonly name: string = 'ConnectionError';
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

/** The model server did nothing for too long. */
export class UpstreamTimeoutError extends Error {
  override readonly name = 'UpstreamTimeoutError';
}

/** The request was given up by us. */
export class AbortedError extends Error {
  override readonly name = 'AbortedError';
}

/** Has a model server seen, or may have seen, the request that failed so? */
export const wasSent = (error: Error): boolean =>
  !(error instanceof NotSentError) && !(error instanceof OverLimitError);
