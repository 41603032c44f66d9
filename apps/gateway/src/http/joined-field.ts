/** Fields of one value: what somebody on the way adds behind it changes nothing. */
const SINGLE: ReadonlySet<string> = new Set(['x-understudy-unit', 'x-request-id', 'traceparent']);

/**
 * The value of a field, whichever way it was cut into lines: those of a list are one, with commas between them (RFC 9110
 * §5.3); cookies, which HTTP/2 sends in as many lines as there are, with `; ` (RFC 9113 §8.2.3). Of a field that is one
 * value the first line counts.
 * @param headers names and values in turn
 * @param name in lower case
 */
export function joinedField(headers: readonly string[], name: string): string | undefined {
  let joined: string | undefined;
  for (let i = 0; i + 1 < headers.length; i += 2) {
    const one = headers[i] ?? '';
    if (one.length !== name.length || (one !== name && one.toLowerCase() !== name)) continue;
    const value = headers[i + 1] ?? '';
    if (joined === undefined) joined = value;
    else if (!SINGLE.has(name)) joined += `${name === 'cookie' ? '; ' : ', '}${value}`;
  }
  return joined;
}
