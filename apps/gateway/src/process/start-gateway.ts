import { randomInt } from 'node:crypto';
import path from 'node:path';
import { type Config, releaseVersion, required } from '#libs/config';
import {
  createLogger,
  healthAnswer,
  listen,
  type Logger,
  Registry,
  type Shutdown,
  withProcessMetrics,
} from '#libs/observe';
import { openTracing } from '#libs/tracing';
import { getHeapStatistics } from 'node:v8';
import { startAdminServer } from './admin-server.ts';
import {
  EvidenceCollector,
  evidencePost,
  EvidenceSender,
  EvidenceSpool,
  faults,
  RouteAge,
  KeptRoutes,
  RouteFile,
  RouteStream,
  RouteTable,
} from '#libs/data-plane';
import { Knocker } from '../health/knocker.ts';
import { registerSilent } from '../health/silent-figures.ts';
import { SilentPrimaries } from '../health/silent-primaries.ts';
import { LocalTrips } from '../trips/local-trips.ts';
import { pseudonymOf } from '../request/loops.ts';
import { MemoryBudget } from './memory-budget.ts';
import { holdLastLine } from './last-line.ts';
import { GatewayMetrics } from '../figures/metrics.ts';
import { LabelledCounts } from '../figures/plain-metrics.ts';
import { Proxy } from '../forward/proxy.ts';
import { boundsOf, keepWarm, upstreamsOf } from '../pools.ts';
import { registerReplicas, replicaLines } from '../health/replica-figures.ts';
import { PrimaryReadings } from '../trips/primary-readings.ts';
import { isRead } from '../shadow/read-answer.ts';
import { ReadLater } from '../shadow/read-later.ts';
import { ReadShare } from '../shadow/read-share.ts';
import { respondHealth } from '../forward/respond.ts';
import { SampleKeeper } from '../evidence/sample-keeper.ts';
import { TextPairKeeper } from '../evidence/text-pair-keeper.ts';
import { KnownSegments } from '../request/segments.ts';
import { gatewayHealth } from './gateway-health.ts';
import { openCallerServer } from './open-caller-server.ts';
import { Shadow } from '../shadow/shadow.ts';
import { Siblings } from './sibling.ts';
import { GenerationReader } from '../tracing/generation-reader.ts';

/** Reading answers takes a sixth of the time at most, comparing shadows a third. */
const READ_PAUSE_MS = 5;
const COMPARE_PAUSE_MS = 2;
const RESOLUTION = 2 ** 32;
/** From 0 to 1. */
const random = (): number => randomInt(RESOLUTION) / RESOLUTION;
const DRAIN_MS = 10_000;

/** Starts a gateway: it serves by the routes on its disk at once, and by the api's as soon as it hears of them. */
export async function startGateway(
  config: Config,
  logger: Logger,
): Promise<{ port: number; adminPort: number; shutdown: Shutdown }> {
  const token = required(
    config.token,
    'UNDERSTUDY_TOKEN',
    'a gateway needs a token with the scope "gateway" (POST /api/v1/tokens).',
  );
  faults.logTo(logger);
  holdLastLine(logger, () => void process.emit('SIGTERM'));
  const kept = (what: string): string => keptFile(config, what);
  const file = new RouteFile(kept('routes'));
  const evidence = new EvidenceCollector();
  const samples = {
    worst: new SampleKeeper(),
    pairs: new TextPairKeeper(random),
  };
  const segments = new KnownSegments();
  const siblings = new Siblings((trip) => trips.takeOver(trip));
  const primaryReadings = new PrimaryReadings();
  let stopping = false;
  const trips: LocalTrips = new LocalTrips(
    (trip) => {
      logger.warn({ trip }, 'the candidate fails hard: this gateway sends it no callers for a while');
      siblings.tripped(trip);
    },
    undefined,
    ({ model, candidate }) =>
      logger.info(
        { model, version: candidate?.version },
        'the candidate answers again: it gets its callers back',
      ),
  );
  const { prober, pools } = upstreamsOf(config, logger);
  const silent = new SilentPrimaries();
  const knocker = new Knocker(silent, () => pools.primaries, config.upstreamProbes);
  const toKeep = () => ({ routes: routes.all(), receiptKey: routes.receiptKey });
  const keptRoutes = new KeptRoutes(file, toKeep, logger);
  const routes: RouteTable = new RouteTable(() => {
    const rollouts = new Set(routes.all().flatMap((route) => route.rolloutId ?? []));
    segments.keep(rollouts);
    trips.keep(rollouts);
    primaryReadings.keep(rollouts);
    // Nobody calls the servers of a retired model, nor asks them how they are.
    const serving = routes.all().filter((route) => !route.retired);
    silent.follow(serving);
    prober.follow(serving);
    keepWarm(pools, serving);
    keptRoutes.changed();
    void sender?.flush();
  });
  const known = await file.read();
  let sender: EvidenceSender | null = null;
  if (known?.receiptKey) routes.setReceiptKey(known.receiptKey);
  if (known) routes.apply(known.routes);

  const later = new ReadLater(READ_PAUSE_MS);
  const registry = withProcessMetrics(new Registry());
  const refusals = new LabelledCounts(['list', 'how']);
  const age = new RouteAge();
  const metrics = new GatewayMetrics(registry, routes, {
    routesAgeMs: () => age.ms,
    unread: () => later.leftOut,
    lostRequests: () => evidence.lost,
    droppedCopies: () => evidence.dropped,
    droppedIds: () => evidence.droppedIds,
    refusals,
  });
  registerReplicas(registry, prober);
  registerSilent(registry, silent);
  const memory = new MemoryBudget(Math.min(config.maxTotalBufferedBytes, heapLimit() / 2));
  const readShare = new ReadShare();
  const shadow = new Shadow(
    {
      isRead: (route) => isRead({ readShare }, route, 'shadow'),
      readShare,
      concurrency: config.shadowConcurrency,
      maxBytes: config.maxBufferedBytes,
      bounds: boundsOf(config),
      classesOf: (route, comparison) => segments.classes(route, comparison),
      onUnreadable: (model, why) => metrics.unreadable(model, 'shadow', why),
      metrics,
    },
    pools.shadows,
    evidence,
    samples,
    memory,
    new ReadLater(COMPARE_PAUSE_MS),
  );
  const tracing = await openTracing(
    config.tracing,
    { process: 'gateway', instance: config.gatewayId },
    logger,
  );
  const generations = new GenerationReader();
  const accessLog = config.accessLog ? createLogger('gateway.access', 'info') : null;
  const { primaries, candidates } = pools;
  const proxy = new Proxy({
    settings: { ...config, via: pseudonymOf(config), bounds: boundsOf(config) },
    routes,
    primaries,
    candidates,
    shadow,
    evidence,
    metrics,
    later,
    readShare,
    segments,
    trips,
    silent,
    primaryReadings,
    isStopping: () => stopping,
    memory,
    accessLog,
    tracing: tracing && { spans: tracing, generations },
  });
  const { health, shownToCallers } = gatewayHealth(siblings.metricsOf(registry), routes, age);
  const { server, stopFollowing } = openCallerServer(config, memory, logger, (request, response) => {
    const answer = healthAnswer(shownToCallers, request.url);
    if (answer !== null) return respondHealth(response, answer);
    proxy.handle(request, response);
  });
  const port = await listen(server.server, config.gatewayPort, config.bind, 'GATEWAY_PORT');
  const details = () => [...health.details(), ...replicaLines(prober)];
  const admin = await startAdminServer(config, { ...health, details }, logger);
  const spool = new EvidenceSpool(kept('evidence'), logger);
  sender = new EvidenceSender(
    {
      gatewayId: config.gatewayId,
      post: evidencePost({ apiUrl: config.apiUrl, token }, logger),
      collector: evidence,
      samples,
      routes,
      localTrips: trips,
      silent,
      logger,
      spool,
      refusals,
      about: () => ({
        ...{ kind: 'gateway', version: releaseVersion(), routesAgeMs: Math.round(age.ms) },
        ...{ lostRequests: evidence.lost, droppedCopies: evidence.dropped },
      }),
    },
    await spool.read(),
  );
  const stream = new RouteStream({ apiUrl: config.apiUrl, token }, routes, age, logger, random);

  return {
    port,
    adminPort: admin.port,
    shutdown: async () => {
      stopping = true;
      stopFollowing?.();
      admin.close();
      await Promise.all([server.drain(DRAIN_MS), stream.stop()]);
      await sender.stop();
      prober.close();
      knocker.close();
      for (const pool of Object.values(pools)) pool.close();
      await keptRoutes.stop();
      generations.flush();
      await tracing?.stop();
    },
  };
}

/** Bytes that V8 may use for objects; heads and what is parsed are objects. */
const heapLimit = (): number => getHeapStatistics().heap_size_limit;

/** What a gateway keeps on its disk: a file for each of several on one machine. */
function keptFile({ home, gatewayPort, gatewaySlot }: Config, what: string): string {
  const slot = gatewaySlot > 1 ? `-${gatewaySlot}` : '';
  return path.join(home, 'gateway', `${what}-${gatewayPort}${slot}.json`);
}
