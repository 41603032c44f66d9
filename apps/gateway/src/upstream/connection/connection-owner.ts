export interface ConnectionLimits {
  /** On the process's clock: it takes no further request after that. */
  readonly until: number;
  /** How long it may be idle. */
  readonly keepIdleMs: number;
  /** Of an answer's head, as it goes on to callers. */
  readonly answerHeadBytes: number;
}

/** Who a connection belongs to. */
export interface ConnectionOwner<C> {
  /** The connection can take the next request. */
  idle(connection: C): void;
  /** It will take none any more. */
  gone(connection: C): void;
  /** It is connected to one of the server's addresses; over TLS that is before the handshake. */
  reached?(connection: C, address: string | undefined): void;
  /** It is set up. */
  connected?(connection: C): void;
  /** One of the server's addresses did not take it. */
  missed?(connection: C, address: string | undefined): void;
  /** Do others wait for the place of a body that is still coming in? */
  isContested?(): boolean;
}
