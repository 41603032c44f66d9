import { BadMessage } from '../http/bad-message.ts';
import { lengthOf } from '../http/header-lines.ts';
import { answerField, canonical, passesInTrailer, requestField } from './field-names.ts';

declare const CHECKED: unique symbol;

/**
 * Header lines that may leave the gateway: none of one connection, none about where the message ends, none that only we
 * may say. Made here and nowhere else, so that no writer can be handed a peer's own.
 */
export interface HeadLines {
  readonly [CHECKED]: true;
  /** Each with its CRLF, as latin1: as many bytes as characters. */
  readonly text: string;
  readonly count: number;
  readonly hasDate: boolean;
}

/** Those of a message that came. */
export interface PassedLines extends HeadLines {
  /** The length that it names, where it names one. */
  readonly length: number | null;
  /** `Location` and its like, names and values in turn: not in `text`, as they depend on who asked. */
  readonly places: readonly string[];
}

/** Envoy takes 100, HAProxy 101. With room for what is added here and by the next proxy. */
export const MOST_LINES = 80;
/** Of `MAX_ANSWER_HEAD_BYTES`, what the gateway itself says; all of it but the receipt always fits. */
const OWN_BYTES = 1_024;

/** A model server's head is larger than those in front of the gateway take it. */
export class HeadTooLarge extends BadMessage {}

const answers = new WeakMap<readonly string[], PassedLines>();
/** Whoever handles an answer asks several times, one after the other. */
let last: { readonly raw: readonly string[]; readonly lines: PassedLines } | null = null;

/**
 * What of an answer, or of a 1xx, may go on to the caller. Read once for each list: servers say the same head again.
 * @param raw names and values in turn, as the model server sent them
 */
export function passedAnswer(raw: readonly string[]): PassedLines {
  if (last?.raw === raw) return last.lines;
  const lines = answers.get(raw) ?? passedAnswerOnce(raw);
  last = { raw, lines };
  return lines;
}

function passedAnswerOnce(raw: readonly string[]): PassedLines {
  const nominated = nominatedBy(raw);
  let [text, count, hasDate] = ['', 0, false];
  let length: number | null = null;
  const places: string[] = [];
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const [name, value] = [raw[i] ?? '', raw[i + 1] ?? ''];
    const field = answerField(name);
    if (field === 'dropped') continue;
    if (field === 'length') {
      length ??= firstLength(name, value);
      continue;
    }
    if (nominated?.has(canonical(name))) continue;
    if (field === 'place') {
      places.push(name, value);
      continue;
    }
    if (field === 'date') hasDate = true;
    text += `${name}: ${value}\r\n`;
    count++;
  }
  const lines = { text, count, hasDate, length, places } as unknown as PassedLines;
  answers.set(raw, lines);
  return lines;
}

/**
 * An answer's head that those in front of the gateway would refuse fails here, where the primary can still answer for a
 * candidate, and where the failure is counted.
 * @param most `MAX_ANSWER_HEAD_BYTES`
 * @throws HeadTooLarge
 */
export function checkSize({ text, count, places }: PassedLines, most: number): void {
  let bytes = text.length;
  for (let i = 0; i < places.length; i++) bytes += (places[i] ?? '').length + 2;
  if (bytes > most - OWN_BYTES)
    throw new HeadTooLarge(
      `its headers have ${bytes} bytes, and ${most - OWN_BYTES} may go on (MAX_ANSWER_HEAD_BYTES is ${most})`,
    );
  if (count + places.length / 2 > MOST_LINES)
    throw new HeadTooLarge(`it has more than ${MOST_LINES} header lines`);
}

/** Who sent a request to the gateway, and what it is called. */
export interface Sender {
  /** The peer's; `undefined`: it has left already. */
  readonly address: string | undefined;
  readonly requestId: string;
  /** What it came over, unless a proxy in front has said it. */
  readonly scheme: 'http' | 'https';
  /**
   * What becomes of the trace that it names: it goes on as it came (`left out`), a span of ours takes its place below the caller's
   * (`parent`), or, where that is none, with nothing of the caller's (`all`).
   */
  readonly replacesTrace?: 'parent' | 'all' | undefined;
}

/**
 * What of a request goes on to the model server; its length is read off, and written by whoever writes the head. The peer is added to
 * those that `X-Forwarded-For` names, as Envoy and nginx do; what came over which scheme is for the first proxy to say.
 */
export function passedRequest(
  raw: readonly string[],
  { address, requestId, scheme: own, replacesTrace }: Sender,
): PassedLines {
  const nominated = nominatedBy(raw);
  let [text, count] = ['', 0];
  let [senders, scheme] = ['', ''];
  let length: number | null = null;
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const [name, value] = [raw[i] ?? '', raw[i + 1] ?? ''];
    const field = requestField(name);
    if (field === 'dropped') continue;
    if (field === 'sender') {
      senders = senders === '' ? value : `${senders}, ${value}`;
      continue;
    }
    if (field === 'scheme') {
      scheme ||= value;
      continue;
    }
    if (field === 'length') {
      length ??= firstLength(name, value);
      continue;
    }
    if (replacesTrace !== undefined) {
      if (field === 'trace parent' || (field === 'trace state' && replacesTrace === 'all')) continue;
    }
    if (nominated?.has(canonical(name))) continue;
    text += `${name}: ${value}\r\n`;
    count++;
  }
  // A dual-stack socket names IPv4 so.
  const peer = address?.startsWith('::ffff:') === true ? address.slice(7) : address;
  const all =
    senders !== '' && peer !== undefined && peer !== '' ? `${senders}, ${peer}` : senders || peer || '';
  if (all !== '') text += `x-forwarded-for: ${all}\r\n`;
  text += `x-forwarded-proto: ${scheme || own}\r\nx-request-id: ${requestId}\r\n`;
  count += all === '' ? 2 : 3;
  return { text, count, hasDate: false, length, places: [] } as unknown as PassedLines;
}

/** What of an answer's trailers may go on; none where they are more than a head may be. */
export function passedTrailers(raw: readonly string[], most: number): HeadLines {
  let [text, count] = ['', 0];
  for (let i = 0; i + 1 < raw.length; i += 2) {
    if (!passesInTrailer(raw[i] ?? '')) continue;
    text += `${raw[i]}: ${raw[i + 1]}\r\n`;
    count++;
  }
  return text.length > most || count > MOST_LINES ? NO_LINES : linesOf(text, count, false);
}

/**
 * Lines of the gateway's own, after others.
 * @param flat names and values in turn
 */
export function withOwn(passed: HeadLines, flat: readonly string[]): HeadLines {
  let { text } = passed;
  for (let i = 0; i + 1 < flat.length; i += 2) text += `${flat[i]}: ${flat[i + 1]}\r\n`;
  return linesOf(text, passed.count + flat.length / 2, passed.hasDate);
}

export const NO_LINES: HeadLines = linesOf('', 0, false);

export const ownLines = (flat: readonly string[]): HeadLines => withOwn(NO_LINES, flat);

function linesOf(text: string, count: number, hasDate: boolean): HeadLines {
  return { text, count, hasDate } as HeadLines;
}

/** A list of lengths that are all the same is one (RFC 9110 §8.6); who read the head has seen to that. */
function firstLength(name: string, value: string): number | null {
  // `content_length` is no length, but may be one to who reads it next.
  if (name.includes('_')) return null;
  const comma = value.indexOf(',');
  return lengthOf((comma < 0 ? value : value.slice(0, comma)).trim());
}

/** Fields that `Connection` names; `null` for the usual values, which name none that is passed on anyway. */
function nominatedBy(raw: readonly string[]): Set<string> | null {
  let names: Set<string> | null = null;
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const [name, value] = [raw[i] ?? '', raw[i + 1] ?? ''];
    if (name.length !== 10 || name.toLowerCase() !== 'connection') continue;
    if (value === 'keep-alive' || value === 'close') continue;
    names ??= new Set();
    for (const one of value.split(',')) names.add(canonical(one.trim()));
  }
  return names;
}
