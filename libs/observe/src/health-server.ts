import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { collectDefaultMetrics, type Registry } from 'prom-client';

/** A process that cannot say by then whether it can work cannot. */
const ANSWER_MS = 2_000;

/** Where Prometheus' text comes from. */
export type Metrics = Pick<Registry, 'metrics' | 'contentType'>;

/** What a process says of itself. */
export interface Health {
  /** `null` when it can do its work; else why not. */
  readonly notReady: () => string | null | Promise<string | null>;
  /** What `/readyz` says besides, a line each. */
  readonly details?: () => readonly string[];
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
  const answer = healthAnswer(health, request.url ?? '');
  if (answer === null) return false;
  answer.then(({ status, type, body }) => send(response, status, type, body)).catch(() => response.destroy());
  return true;
}

export interface HealthAnswer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

/** The same for a server of another kind; `null` where the request is none of these. */
export function healthAnswer(health: Health, url: string): Promise<HealthAnswer> | null {
  const end = url.indexOf('?');
  switch (end < 0 ? url : url.slice(0, end)) {
    case '/healthz':
      return Promise.resolve({ status: 200, type: 'text/plain', body: 'ok\n' });
    case '/readyz':
      return readiness(health);
    case '/metrics':
      return health.metrics
        .metrics()
        .then((body) => ({ status: 200, type: health.metrics.contentType, body }));
    default:
      return null;
  }
}

async function readiness({ notReady, details }: Health): Promise<HealthAnswer> {
  let why: string | null;
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve('what it needs does not answer'), ANSWER_MS);
  });
  try {
    why = await Promise.race([notReady(), silence]);
  } catch (error) {
    why = String(error);
  } finally {
    clearTimeout(timer);
  }
  const lines = [...new Set([why ?? 'ready', ...(details?.() ?? [])])];
  return { status: why === null ? 200 : 503, type: 'text/plain', body: `${lines.join('\n')}\n` };
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
