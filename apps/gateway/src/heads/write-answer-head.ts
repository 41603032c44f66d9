import { STATUS_CODES } from 'node:http';
import { httpDate } from '../callers/http-date.ts';
import { type HeadLines, NO_LINES } from './head-lines.ts';

/** Where the body of an answer ends: after so many bytes, by itself, with the connection, or there is none and no length. */
export type AnswerEnd = number | 'chunked' | 'close' | 'none';

/** What an answer to this method with this status carries (RFC 9110 §6.4.1, §15.3.6). */
export type Content = 'some' | 'none' | 'empty';

/** Said before a body that a caller holds back (RFC 9110 §10.1.1). */
export const CONTINUE = 'HTTP/1.1 100 Continue\r\n\r\n';

/** `empty`: a 205 has no content, and says so, since not all readers know. */
export function contentOf(method: string, status: number): Content {
  if (method === 'HEAD' || status < 200 || status === 204 || status === 304) return 'none';
  return status === 205 ? 'empty' : 'some';
}

/**
 * The head of an answer with the empty line at its end: one length or encoding at most, and none where there may be none
 * (RFC 9110 §8.6, RFC 9112 §6.1).
 * @param end of an answer to HEAD: as the answer to GET would end, where that is known
 */
export function answerHead(
  status: number,
  lines: HeadLines,
  end: AnswerEnd,
  connection: 'close' | 'keep-alive' | null,
): string {
  let text = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Unknown'}\r\n${lines.text}`;
  if (!lines.hasDate) text += `date: ${httpDate()}\r\n`;
  if (status >= 200 && status !== 204 && status !== 304) {
    if (typeof end === 'number') text += `content-length: ${end}\r\n`;
    else if (end === 'chunked') text += 'transfer-encoding: chunked\r\n';
  }
  return connection === null ? `${text}\r\n` : `${text}connection: ${connection}\r\n\r\n`;
}

/** A 1xx: it ends with its empty line, whatever else it may say (RFC 9112 §6.3). */
export const interimHead = (status: number, lines: HeadLines): string =>
  `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Unknown'}\r\n${lines.text}\r\n`;

/** The end of a chunked body. */
export const lastChunk = (trailers: HeadLines = NO_LINES): string => `0\r\n${trailers.text}\r\n`;
