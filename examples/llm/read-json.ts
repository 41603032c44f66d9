import type { IncomingMessage } from 'node:http';
import { BadRequest } from './chat-request.ts';

const MOST_BYTES = 1024 * 1024;

/** @throws BadRequest for a body that is too large or no JSON */
export async function readJson(request: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > MOST_BYTES) throw new BadRequest('messages', `a request has at most ${MOST_BYTES} bytes`);
    parts.push(part);
  }
  try {
    return JSON.parse(Buffer.concat(parts).toString('utf8'));
  } catch {
    throw new BadRequest('messages', 'the body is not JSON');
  }
}
