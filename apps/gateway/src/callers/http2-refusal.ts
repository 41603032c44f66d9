import { constants, createServer, type Http2ServerRequest, type ServerHttp2Session } from 'node:http2';
import type { Socket } from 'node:net';
import { after, on, once, type Owner, PROCESS } from '#libs/data-plane';
import { INSTEAD_OF_GRPC, isGrpc, UNIMPLEMENTED } from '../request/unspoken.ts';

/** What callers send first that know, or were told, that a server speaks HTTP/2 (RFC 9113 §3.4). */
export const PREFACE = 'PRI * HTTP/2.0';

/** Refused at once; what comes on top is cut off, so that sessions cost no memory to speak of. */
const MOST_AT_ONCE = 64;
/** Who has asked nothing by then is told without. */
const UNASKED_MS = 2_000;
const WORDS =
  'This gateway speaks HTTP/1.1 only. Ask without HTTP/2, or put a proxy in front that speaks it.';
const PROBLEM = JSON.stringify({
  type: 'about:blank',
  title: 'HTTP Version Not Supported',
  status: 505,
  code: 'http2_not_supported',
  detail: WORDS,
});

/**
 * Tells callers that speak HTTP/2, in HTTP/2, what to do instead: to gRPC its own status, to others 505. Node's own
 * library reads what they send; a connection gets its answers and ends.
 */
export class Http2Refusal {
  private readonly server = createServer({
    maxSessionMemory: 1,
    settings: { maxConcurrentStreams: 16, enablePush: false },
  });
  private open = 0;

  constructor() {
    on(PROCESS, this.server, 'session', (session: ServerHttp2Session) => this.begun(session));
    on(PROCESS, this.server, 'request', (request: Http2ServerRequest) => this.asked(request));
    on(PROCESS, this.server, 'sessionError', () => undefined);
  }

  /**
   * @param socket nobody else reads it, and who hands it over ends it after a while
   * @param first what has come already, with the preface
   */
  take(socket: Socket, first: Buffer): void {
    if (this.open >= MOST_AT_ONCE) return void socket.destroy();
    this.open++;
    once(PROCESS, socket, 'close', () => this.open--);
    // Flowing, it would be rid of them before the session reads.
    socket.pause();
    socket.unshift(first);
    this.server.emit('connection', socket);
  }

  private begun(session: ServerHttp2Session): void {
    const timer = after(PROCESS, UNASKED_MS, () => {
      if (session.destroyed || session.closed) return;
      session.goaway(constants.NGHTTP2_HTTP_1_1_REQUIRED, 0, Buffer.from(WORDS));
      session.close();
    });
    once(PROCESS, session, 'close', () => clearTimeout(timer));
  }

  private asked({ stream, headers }: Http2ServerRequest): void {
    const owner: Owner = { place: 'caller', endBy: () => stream.destroy() };
    on(owner, stream, 'error', () => undefined);
    const type = headers['content-type'] ?? '';
    if (isGrpc(type)) {
      const said = { 'grpc-status': UNIMPLEMENTED, 'grpc-message': INSTEAD_OF_GRPC };
      stream.respond({ ':status': 200, 'content-type': type, ...said }, { endStream: true });
    } else {
      stream.respond({ ':status': 505, 'content-type': 'application/problem+json' });
      stream.end(PROBLEM);
    }
    // The rest of the request is of no interest.
    stream.resume();
    stream.session?.close();
  }
}
