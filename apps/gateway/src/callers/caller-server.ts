import { createServer, type Server, type Socket } from 'node:net';
import type { KeyPair } from '#libs/tls';
import { after, contain, contained, every, PROCESS } from '#libs/data-plane';
import type { MemoryBudget } from '../process/memory-budget.ts';
import type { CallerLimits } from './caller-clock.ts';
import { CallerConnection } from './caller-connection.ts';
import type { ConnectionHost } from './connection-host.ts';
import type { CallerRequest } from './caller-request.ts';
import type { CallerResponse } from './caller-response.ts';
import { Http2Refusal } from './http2-refusal.ts';
import { SecureFront } from './secure-front.ts';

const SWEEP_MS = 500;

/**
 * HTTP/1.1 for callers. Our own reader: it is stricter than Node's about where a request ends, and costs a
 * third (ADR 10, `bench/gateway.ts`).
 */
export class CallerServer {
  readonly server: Server;
  private readonly front: SecureFront | null;
  private http2: Http2Refusal | null = null;
  private readonly connections = new Set<CallerConnection>();
  private readonly sweeper: NodeJS.Timeout;
  private draining = false;

  /**
   * @param memory for what comes ahead of its turn
   * @param handle is given each request once its head is there
   * @param pair what callers are shown; `null`: they connect without TLS
   */
  constructor(
    limits: CallerLimits & { readonly connections: number },
    memory: MemoryBudget,
    handle: (request: CallerRequest, response: CallerResponse) => void,
    pair: KeyPair | null = null,
  ) {
    const host: ConnectionHost<CallerConnection> = {
      scheme: pair === null ? 'http' : 'https',
      limits,
      memory,
      handle,
      speaksHttp2: (socket, first) => (this.http2 ??= new Http2Refusal()).take(socket, first),
      isDraining: () => this.draining,
      gone: (connection: CallerConnection) => void this.connections.delete(connection),
    };
    const open = (socket: Socket): void => {
      const connection = new CallerConnection(socket, host);
      this.connections.add(connection);
      // Its handshake took longer than the gateway goes on.
      if (this.draining) connection.drain();
    };
    this.front = pair === null ? null : new SecureFront(pair, limits.headMs, open);
    this.server = createServer(
      { allowHalfOpen: true },
      contained(PROCESS, (socket: Socket) => (this.front ? this.front.take(socket) : open(socket))),
    );
    this.server.maxConnections = limits.connections;
    this.sweeper = every(PROCESS, SWEEP_MS, () => {
      const now = performance.now();
      for (const connection of this.connections) contain(connection, () => connection.sweep(now));
    }).unref();
  }

  /** What callers are shown from now on; connections that are there go on. */
  usePair(pair: KeyPair): void {
    this.front?.use(pair);
  }

  /** No new connections; those that are under way get their answers, within a time. */
  drain(mostMs: number): Promise<void> {
    this.draining = true;
    return new Promise((resolve) => {
      const timer = after(PROCESS, mostMs, () => {
        for (const connection of this.connections) connection.destroy();
        this.front?.destroy();
      });
      this.server.close(
        contained(PROCESS, () => {
          clearTimeout(timer);
          clearInterval(this.sweeper);
          resolve();
        }),
      );
      for (const connection of this.connections) contain(connection, () => connection.drain());
    });
  }
}
