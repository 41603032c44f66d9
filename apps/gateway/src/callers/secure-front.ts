import type { Socket } from 'node:net';
import { createServer, type Server, type TLSSocket } from 'node:tls';
import type { KeyPair } from '#libs/tls';
import { on, once, PROCESS } from '#libs/data-plane';

/** In this order. Who offers h2 alone (gRPC) is told in words that it is not spoken here. */
const ALPN = ['http/1.1', 'h2'];

/** TLS in front of callers' connections: takes those that come in, and gives on those whose handshake is done. */
export class SecureFront {
  private readonly server: Server;
  private readonly raw = new Set<Socket>();

  /** @param headMs a handshake has as long as a head; who takes longer is cut off */
  constructor(pair: KeyPair, headMs: number, secured: (socket: TLSSocket) => void) {
    // It listens nowhere: connections are handed to it, so that they are bounded and ended in one place.
    this.server = createServer({
      ...{ ...pair, ALPNProtocols: ALPN, handshakeTimeout: headMs },
      allowHalfOpen: true,
    });
    on(PROCESS, this.server, 'secureConnection', secured);
  }

  take(socket: Socket): void {
    this.raw.add(socket);
    on(PROCESS, socket, 'error', () => undefined);
    once(PROCESS, socket, 'close', () => this.raw.delete(socket));
    this.server.emit('connection', socket);
  }

  /** For handshakes from now on; connections that are there go on. */
  use(pair: KeyPair): void {
    this.server.setSecureContext({ ...pair });
  }

  /** Ends all connections, also those whose handshake is still under way. */
  destroy(): void {
    for (const socket of this.raw) socket.destroy();
  }
}
