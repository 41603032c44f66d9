import { createServer, type Server } from 'node:http';
import path from 'node:path';
import { type Config, required } from '#libs/config';
import { answerHealth, listen, type Logger, type Shutdown } from '#libs/observe';
import { EvidenceCollector } from './evidence-collector.ts';
import { EvidenceSender } from './evidence-sender.ts';
import { LocalTrips } from './local-trips.ts';
import { gatewayMetrics } from './metrics.ts';
import { Proxy } from './proxy.ts';
import { ReadLater } from './read-later.ts';
import { respondProblem } from './respond.ts';
import { RouteFile } from './route-file.ts';
import { RouteStream } from './route-stream.ts';
import { RouteTable } from './route-table.ts';
import { SampleKeeper } from './sample-keeper.ts';
import { KnownSegments } from './segments.ts';
import { Shadow } from './shadow.ts';
import { UpstreamPool } from './upstream.ts';

const CONNECTIONS_PER_SERVER = 256;
const SHADOW_CONNECTIONS = 16;
const SHADOW_CONCURRENCY = 64;
const DRAIN_MS = 10_000;
/** What cannot be read as HTTP is answered and cut off, before it comes near a model server. */
const CLIENT_ERRORS: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
};

/** Starts a gateway: it serves by the routes on its disk at once, and by the api's as soon as it hears of them. */
export async function startGateway(
  config: Config,
  logger: Logger,
): Promise<{ port: number; shutdown: Shutdown }> {
  const token = required(
    config.token,
    'UNDERSTUDY_TOKEN',
    'a gateway needs a token with the scope "gateway" (POST /api/v1/tokens).',
  );
  const file = new RouteFile(path.join(config.home, 'gateway', `routes-${config.gatewayPort}.json`));
  const evidence = new EvidenceCollector();
  const samples = new SampleKeeper();
  const segments = new KnownSegments();
  const trips = new LocalTrips();
  const toKeep = () => ({ routes: routes.all(), receiptKey: routes.receiptKey });
  const routes: RouteTable = new RouteTable(() => {
    const rollouts = new Set(routes.all().flatMap((route) => route.rolloutId ?? []));
    segments.keep(rollouts);
    trips.keep(rollouts);
    void file
      .write(toKeep())
      .catch((error: unknown) => logger.error({ err: error }, 'routes could not be kept on disk'));
    void sender?.flush();
  });
  const known = await file.read();
  let sender: EvidenceSender | null = null;
  if (known?.receiptKey) routes.setReceiptKey(known.receiptKey);
  if (known) routes.apply(known.routes);

  const metrics = gatewayMetrics(routes);
  const pool = new UpstreamPool({ connections: CONNECTIONS_PER_SERVER, timeoutMs: config.upstreamTimeoutMs });
  const shadowPool = new UpstreamPool({
    connections: SHADOW_CONNECTIONS,
    timeoutMs: config.candidateTimeoutMs,
  });
  const shadow = new Shadow(
    {
      concurrency: SHADOW_CONCURRENCY,
      maxBytes: config.maxBufferedBytes,
      timeoutMs: config.candidateTimeoutMs,
    },
    shadowPool,
    evidence,
    samples,
  );
  const later = new ReadLater((error) => logger.error({ err: error }, 'an answer could not be read'));
  const proxy = new Proxy(config, routes, pool, shadow, evidence, metrics, later, segments, trips);
  const health = {
    metrics: metrics.registry,
    notReady: () => (routes.isFilled ? null : 'no routes yet: the api has not been reached'),
  };

  const server = createServer((request, response) => {
    if (answerHealth(health, request, response)) return;
    try {
      proxy.handle(request, response);
    } catch (error) {
      logger.error({ err: error }, 'request failed');
      respondProblem(response, 500, 'internal', 'The gateway failed on this request.');
    }
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    const status = CLIENT_ERRORS[error.code ?? ''] ?? '400 Bad Request';
    if (socket.writable) socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
    else socket.destroy();
  });
  server.requestTimeout = 60_000;
  server.headersTimeout = 15_000;
  const port = await listen(server, config.gatewayPort, config.bind, 'GATEWAY_PORT');
  sender = new EvidenceSender(
    { apiUrl: config.apiUrl, token, gatewayId: config.gatewayId },
    evidence,
    samples,
    routes,
    trips,
    logger,
  );
  const stream = new RouteStream({ apiUrl: config.apiUrl, token }, routes, logger);

  return {
    port,
    shutdown: async () => {
      await Promise.all([drain(server), stream.stop()]);
      await sender.stop();
      await Promise.all([pool.close(), shadowPool.close(), file.write(toKeep())]);
    },
  };
}

/** No new connections; those that are under way get their answers. */
function drain(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => server.closeAllConnections(), DRAIN_MS);
    server.close(() => {
      clearTimeout(timer);
      resolve();
    });
    server.closeIdleConnections();
  });
}
