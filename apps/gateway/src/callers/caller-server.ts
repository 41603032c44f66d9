import { createServer, type Server } from 'node:net';
import { CallerConnection, type CallerLimits } from './caller-connection.ts';
import type { CallerRequest } from './caller-request.ts';
import type { CallerResponse } from './caller-response.ts';

const SWEEP_MS = 500;

/**
 * HTTP/1.1 for callers. Our own reader: it is stricter than Node's about where a request ends, and costs a
 * third (ADR 10, `bench/gateway.ts`).
 */
export class CallerServer {
  readonly server: Server;
  private readonly connections = new Set<CallerConnection>();
  private readonly sweeper: NodeJS.Timeout;
  private draining = false;

  /** @param handle is given each request once its head is there; never throws */
  constructor(
    limits: CallerLimits & { readonly connections: number },
    handle: (request: CallerRequest, response: CallerResponse) => void,
  ) {
    const host = {
      limits,
      handle,
      isDraining: () => this.draining,
      gone: (connection: CallerConnection) => void this.connections.delete(connection),
    };
    this.server = createServer({ allowHalfOpen: true }, (socket) =>
      this.connections.add(new CallerConnection(socket, host)),
    );
    this.server.maxConnections = limits.connections;
    this.sweeper = setInterval(() => {
      const now = performance.now();
      for (const connection of this.connections) connection.sweep(now);
    }, SWEEP_MS).unref();
  }

  /** No new connections; those that are under way get their answers, within a time. */
  drain(mostMs: number): Promise<void> {
    this.draining = true;
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        for (const connection of this.connections) connection.destroy();
      }, mostMs);
      this.server.close(() => {
        clearTimeout(timer);
        clearInterval(this.sweeper);
        resolve();
      });
      for (const connection of this.connections) connection.drain();
    });
  }
}
