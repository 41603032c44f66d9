import { Readable } from 'node:stream';
import type { IncomingHttpHeaders } from 'node:http';
import { Agent } from 'undici';
import type { RequestBody } from './request-body.ts';

/** One request to a model server. */
export interface UpstreamRequest {
  readonly method: string;
  /** Serving URL + path + query. */
  readonly url: string;
  readonly headers: string[];
  readonly body: RequestBody;
}

export interface UpstreamResponse {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: AsyncIterable<Buffer>;
}

/** Connections to model servers of one role. Callers' and shadow's are apart, so that one cannot starve the other. */
export class UpstreamPool {
  private readonly agent: Agent;

  constructor(settings: { readonly connections: number; readonly timeoutMs: number }) {
    this.agent = new Agent({
      connections: settings.connections,
      connectTimeout: Math.min(5_000, settings.timeoutMs),
      headersTimeout: settings.timeoutMs,
      bodyTimeout: settings.timeoutMs,
      keepAliveTimeout: 4_000,
    });
  }

  async send(request: UpstreamRequest, signal: AbortSignal): Promise<UpstreamResponse> {
    const { origin, pathname, search } = new URL(request.url);
    const { body } = request;
    const payload =
      body.kind === 'streaming'
        ? Readable.from(body.stream, { objectMode: false })
        : body.bytes.length > 0
          ? body.bytes
          : null;
    const response = await this.agent.request({
      origin,
      path: pathname + search,
      method: request.method as 'POST',
      headers: request.headers,
      body: payload,
      signal,
    });
    return { status: response.statusCode, headers: response.headers, body: response.body };
  }

  async close(): Promise<void> {
    await this.agent.destroy();
  }
}

/** Reads an answer whole; throws when it is larger than the limit. */
export async function readAll(body: AsyncIterable<Buffer>, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > limit) throw new Error(`the answer is larger than ${limit} bytes`);
    chunks.push(chunk);
  }
  return chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
}
