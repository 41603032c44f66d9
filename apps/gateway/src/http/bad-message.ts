/** What came is not HTTP/1.1, or leaves open where it ends. The connection is of no more use. */
export class BadMessage extends Error {
  override readonly name = 'BadMessage';

  /** @param status what a caller is told who sent it */
  constructor(
    message: string,
    readonly status = 400,
  ) {
    super(message);
  }
}

/** The connection ended within an answer. */
export class CutOff extends BadMessage {}

/** What came begins no answer at all. */
export class NoStatusLine extends BadMessage {}
