import { isSayable } from '#libs/traffic';
import { BadMessage } from './bad-message.ts';

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
/** Each is two strings of some 50 bytes, however short: 16 KB of lines of four bytes would be half a megabyte. */
export const MOST_HEADER_LINES = 200;
const DIGITS = /^\d{1,15}$/;

/**
 * Adds the name and the value of a header line to a list.
 * @throws BadMessage for what a lenient reader and a strict one would read differently
 */
export function addHeaderLine(line: string, headers: string[]): void {
  const colon = line.indexOf(':');
  const name = line.slice(0, Math.max(0, colon));
  const value = trimmed(line, colon + 1);
  if (!TOKEN.test(name) || !isSayable(value)) throw new BadMessage('a header line is malformed');
  headers.push(name, value);
}

/** A length as a number, where it is one (RFC 9110 §8.6). */
export function lengthOf(text: string): number {
  if (!DIGITS.test(text)) throw new BadMessage('the length is not a number');
  return Number(text);
}

/** Does a `Connection` value name this option? */
export function namesOption(value: string, option: string): boolean {
  const text = value.toLowerCase();
  return text === option || (text.includes(',') && text.split(',').some((one) => one.trim() === option));
}

/** The rest of a line without blanks around it (RFC 9110 §5.5: space and tab only). */
function trimmed(line: string, from: number): string {
  let [start, end] = [from, line.length];
  while (start < end && isBlank(line.charCodeAt(start))) start++;
  while (end > start && isBlank(line.charCodeAt(end - 1))) end--;
  return line.slice(start, end);
}

const isBlank = (code: number): boolean => code === 32 || code === 9;
