/** What an answer says of the bytes that it brings. */
export interface SaidOfBytes {
  /** HTTP's. */
  readonly status: number | undefined;
  readonly contentRange: string | undefined;
  readonly tag: string | undefined;
}

/**
 * How many bytes at the beginning of an answer are had already. Some servers ignore `Range`, or answer in whole blocks,
 * and not all of them know `If-Match`. Pure.
 * @param from the bytes that are had, and from where it was asked for
 * @param tag the object's, when its first bytes came
 * @throws Error when it brings other bytes, or those of another object
 */
export function hadAlready(from: number, tag: string | undefined, said: SaidOfBytes): number {
  if (from > 0 && said.tag !== tag) throw new Error('it has become another object while it was read');
  const isPart = said.status === 206 || said.contentRange !== undefined;
  const start = isPart ? Number(/^bytes (\d+)-/u.exec(said.contentRange ?? '')?.[1]) : 0;
  if (start <= from) return from - start;
  throw new Error(
    `it was asked for its bytes from ${from} on, and answers ${said.contentRange ?? 'some of them, without saying which'}`,
  );
}
