/** The longest line that is read: an event's data is a few megabytes at most. */
const MOST_LINE_BYTES = 256 * 1024 * 1024;

/** A stream, line by line, each with its end; the last one may lack it. @throws where a line is endless */
export async function* linesOf(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let held: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of source) {
    let from = 0;
    for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, from)) {
      yield Buffer.concat([...held, chunk.subarray(from, at + 1)]);
      [held, bytes, from] = [[], 0, at + 1];
    }
    if (from === chunk.length) continue;
    held.push(chunk.subarray(from));
    bytes += chunk.length - from;
    if (bytes > MOST_LINE_BYTES) throw new RangeError(`a line is longer than ${MOST_LINE_BYTES} bytes`);
  }
  if (bytes > 0) yield Buffer.concat(held);
}
