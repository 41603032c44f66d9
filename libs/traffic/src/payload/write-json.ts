/**
 * Writes a value that a payload was read to as JSON, Python's `NaN` and `Infinity` and exact integers among it.
 * @param most it stops soon after so many characters; for people to see, not to be parsed
 */
export function writeJson(value: unknown, most = Infinity): string {
  const parts: string[] = [];
  let length = 0;
  const add = (part: string): void => {
    parts.push(part);
    length += part.length;
  };
  const write = (one: unknown): void => {
    if (length > most) return;
    if (typeof one === 'bigint') return add(String(one));
    if (typeof one === 'number') return add(numberText(one));
    if (one === null || typeof one !== 'object') return add(JSON.stringify(one) ?? 'null');
    if (Array.isArray(one)) {
      add('[');
      for (let i = 0; i < one.length && length <= most; i++) {
        if (i > 0) add(',');
        write(one[i]);
      }
      return add(']');
    }
    add('{');
    let first = true;
    for (const key of Object.keys(one)) {
      if (length > most) break;
      add(`${first ? '' : ','}${JSON.stringify(key)}:`);
      first = false;
      write((one as Record<string, unknown>)[key]);
    }
    add('}');
  };
  write(value);
  return parts.join('');
}

/** A number that is no exact integer is not written like one: it would be read as another. */
const numberText = (value: number): string =>
  Number.isInteger(value) && !Number.isSafeInteger(value) ? value.toExponential() : String(value);
