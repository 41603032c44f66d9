import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A model server whose readiness a test sets, by path; its predictions are answered all the same unless it is stopped. */
export interface ReadinessServer {
  readonly url: string;
  /** Statuses of GETs by path; `*`: of all others. */
  answers: Readonly<Record<string, number>>;
  /** Of predictions (POST). */
  predicts: number;
  /** GETs of each path so far. */
  readonly asked: Map<string, number>;
  stop(): Promise<void>;
  start(): Promise<void>;
}

export const READY = { '/v2/health/ready': 200 };

const running = new Set<Server>();

export async function readinessServer(answers: Readonly<Record<string, number>>): Promise<ReadinessServer> {
  let port = 0;
  let server: Server | null = null;
  const start = async (): Promise<void> => {
    const made = createServer((request, response) => {
      const { method, url = '/' } = request;
      request.resume();
      if (method === 'GET') it.asked.set(url, (it.asked.get(url) ?? 0) + 1);
      const status = method === 'GET' ? (it.answers[url] ?? it.answers['*'] ?? 404) : it.predicts;
      // A redirect leads to where it would be ready: nobody may follow it.
      const headers = status >= 300 && status < 400 ? { location: '/moved-and-ready' } : {};
      if (url === '/moved-and-ready') response.writeHead(200).end();
      else response.writeHead(status, headers).end(status === 204 ? '' : '{"y":1}');
    });
    await new Promise<void>((resolve) => made.listen(port, '127.0.0.1', resolve));
    port = (made.address() as AddressInfo).port;
    running.add(made);
    server = made;
  };
  const it: ReadinessServer = {
    get url() {
      return `http://127.0.0.1:${port}`;
    },
    answers,
    predicts: 200,
    asked: new Map(),
    start,
    stop: async () => {
      if (server) await stopped(server);
    },
  };
  await start();
  return it;
}

/** Stops all servers of a test. */
export async function stopReadinessServers(): Promise<void> {
  for (const server of running) await stopped(server);
}

async function stopped(server: Server): Promise<void> {
  running.delete(server);
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}
