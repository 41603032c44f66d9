import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { collectDefaultMetrics, type Registry } from 'prom-client';

/** Where Prometheus' text comes from. */
export type Metrics = Pick<Registry, 'metrics' | 'contentType'>;

/** What a process says of itself. */
export interface Health {
  /** `null` when it can do its work; else why not. */
  readonly notReady: () => string | null | Promise<string | null>;
  readonly metrics: Metrics;
}

/** Adds the usual process metrics to a registry, once. */
export function withProcessMetrics(registry: Registry): Registry {
  collectDefaultMetrics({ register: registry });
  return registry;
}

/**
 * Answers `/healthz` (the process is alive), `/readyz` (it can do its work) and `/metrics`.
 * @returns whether the request was one of these
 */
export function answerHealth(health: Health, request: IncomingMessage, response: ServerResponse): boolean {
  const path = request.url?.split('?')[0];
  if (path === '/healthz') {
    send(response, 200, 'text/plain', 'ok\n');
  } else if (path === '/readyz') {
    Promise.resolve()
      .then(health.notReady)
      .catch((error: unknown) => String(error))
      .then((why) => send(response, why === null ? 200 : 503, 'text/plain', `${why ?? 'ready'}\n`))
      .catch(() => response.destroy());
  } else if (path === '/metrics') {
    health.metrics
      .metrics()
      .then((text) => send(response, 200, health.metrics.contentType, text))
      .catch(() => response.destroy());
  } else {
    return false;
  }
  return true;
}

/** A small server for a process that has no other one. */
export function healthServer(health: Health): Server {
  return createServer((request, response) => {
    if (!answerHealth(health, request, response)) send(response, 404, 'text/plain', 'not found\n');
  });
}

function send(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body) }).end(body);
}
