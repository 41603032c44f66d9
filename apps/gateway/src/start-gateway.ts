import { createServer, type Server } from 'node:http';
import path from 'node:path';
import { type Config, required } from '#libs/config';
import {
  answerHealth,
  createLogger,
  listen,
  type Logger,
  Registry,
  type Shutdown,
  withProcessMetrics,
} from '#libs/observe';
import { EvidenceCollector } from './evidence-collector.ts';
import { EvidenceSender } from './evidence-sender.ts';
import { EvidenceSpool } from './evidence-spool.ts';
import { LocalTrips } from './local-trips.ts';
import { MemoryBudget } from './memory-budget.ts';
import { GatewayMetrics } from './metrics.ts';
import { Proxy } from './proxy.ts';
import { ReadLater } from './read-later.ts';
import { respondProblem } from './respond.ts';
import { RouteFile } from './route-file.ts';
import { RouteStream } from './route-stream.ts';
import { RouteTable } from './route-table.ts';
import { SampleKeeper } from './sample-keeper.ts';
import { KnownSegments } from './segments.ts';
import { Shadow } from './shadow.ts';
import { Siblings } from './sibling.ts';
import { UpstreamPool } from './upstream/upstream-pool.ts';

const DRAIN_MS = 10_000;
/** Requests that wait for a connection to the primary, for each one that may be under way. */
const WAITING_FOR_EACH = 4;
/** What callers are told whose request could not be read. */
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
  const kept = (what: string): string => {
    const slot = config.gatewaySlot > 1 ? `-${config.gatewaySlot}` : '';
    return path.join(config.home, 'gateway', `${what}-${config.gatewayPort}${slot}.json`);
  };
  const file = new RouteFile(kept('routes'));
  const evidence = new EvidenceCollector();
  const samples = new SampleKeeper();
  const segments = new KnownSegments();
  const siblings = new Siblings((trip) => trips.takeOver(trip));
  const trips: LocalTrips = new LocalTrips((trip) => {
    logger.warn({ trip }, 'the candidate fails hard: this gateway sends it no more callers');
    siblings.tripped(trip);
  });
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

  const later = new ReadLater((error) => logger.error({ err: error }, 'an answer could not be read'));
  const registry = withProcessMetrics(new Registry());
  const metrics = new GatewayMetrics(registry, routes, {
    unread: () => later.leftOut,
    lostRequests: () => evidence.lost,
  });
  const pools = poolsOf(config);
  const memory = new MemoryBudget(config.maxTotalBufferedBytes);
  const shadow = new Shadow(
    {
      concurrency: config.shadowConcurrency,
      maxBytes: config.maxBufferedBytes,
      timeoutMs: config.candidateTimeoutMs,
    },
    pools.shadows,
    evidence,
    samples,
    memory,
  );
  const accessLog = config.accessLog ? createLogger('gateway.access', 'info') : null;
  const { primaries, candidates } = pools;
  const proxy = new Proxy(config, {
    ...{
      routes,
      primaries,
      candidates,
      shadow,
      evidence,
      metrics,
      later,
      segments,
      trips,
      memory,
      accessLog,
    },
  });
  const health = {
    metrics: siblings.metricsOf(registry),
    notReady: () => (routes.isFilled ? null : 'no routes yet: the api has not been reached'),
  };

  const headersTimeout = Math.min(15_000, config.requestTimeoutMs);
  const limits = {
    requestTimeout: config.requestTimeoutMs,
    // Longer than the minute that load balancers keep theirs, so that theirs end first.
    keepAliveTimeout: 65_000,
    headersTimeout,
    // Node looks every 30 s for callers that are too slow, unless it is told otherwise.
    connectionsCheckingInterval: Math.min(2_000, headersTimeout / 2),
  };
  const server = createServer(limits, (request, response) => {
    if (answerHealth(health, request, response)) return;
    try {
      proxy.handle(request, response);
    } catch (error) {
      logger.error({ err: error }, 'request failed');
      respondProblem(response, 500, 'internal', 'The gateway failed on this request.');
    }
  });
  server.maxConnections = config.gatewayMaxConnections;
  refuseMalformed(server);
  const port = await listen(server, config.gatewayPort, config.bind, 'GATEWAY_PORT');
  const spool = new EvidenceSpool(kept('evidence'));
  sender = new EvidenceSender(
    { apiUrl: config.apiUrl, token, gatewayId: config.gatewayId },
    evidence,
    samples,
    routes,
    trips,
    logger,
    spool,
    await spool.read(),
  );
  const stream = new RouteStream({ apiUrl: config.apiUrl, token }, routes, logger);

  return {
    port,
    shutdown: async () => {
      await Promise.all([drain(server), stream.stop()]);
      await sender.stop();
      for (const pool of Object.values(pools)) pool.close();
      await file.write(toKeep());
    },
  };
}

/** Connections of each role, apart from each other. */
function poolsOf(config: Config) {
  const { upstreamTimeoutMs, candidateTimeoutMs } = config;
  const [many, some, few] = [
    config.upstreamConcurrency,
    config.candidateConcurrency,
    config.shadowConcurrency,
  ];
  return {
    primaries: new UpstreamPool({
      connections: many,
      waiting: many * WAITING_FOR_EACH,
      timeoutMs: upstreamTimeoutMs,
    }),
    // Nobody waits for a candidate: the primary can answer at once.
    candidates: new UpstreamPool({ connections: some, waiting: 0, timeoutMs: candidateTimeoutMs }),
    shadows: new UpstreamPool({ connections: few, waiting: 0, timeoutMs: candidateTimeoutMs }),
  };
}

/** What cannot be read as HTTP is answered and cut off, before it comes near a model server. */
function refuseMalformed(server: Server): void {
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    const status = CLIENT_ERRORS[error.code ?? ''] ?? '400 Bad Request';
    if (socket.writable) socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
    else socket.destroy();
  });
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
