import { STATUS_CODES } from 'node:http';
import { ownLines } from './head-lines.ts';
import { answerHead, contentOf } from './write-answer-head.ts';

/** The answer to what is no request, whole: the connection ends with it. */
export function refusalOf(method: string, status: number, why: string): string {
  const body = JSON.stringify({
    type: 'about:blank',
    title: STATUS_CODES[status] ?? 'Error',
    status,
    code: 'request_malformed',
    detail: `This is no request that can be passed on: ${why}.`,
  });
  const lines = ownLines(['content-type', 'application/problem+json']);
  const head = answerHead(status, lines, Buffer.byteLength(body), 'close');
  return contentOf(method, status) === 'some' ? head + body : head;
}
