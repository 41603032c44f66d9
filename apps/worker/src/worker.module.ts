import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { addressPolicy } from '#libs/addresses';
import { ArtifactStore, openArtifactReader } from '#libs/artifacts';
import { type Config, secretsOf } from '#libs/config';
import {
  assertDatabaseServes,
  DatabaseListener,
  dropConnections,
  Lease,
  openDataSource,
  retentionStore,
  tableSizes,
  typeOrmUnitOfWork,
} from '#libs/db';
import { type Clock, redactor } from '#libs/kernel';
import type { DeliveryPorts, ReconcilePorts, VersionRecord } from '#libs/engine';
import {
  healthServer,
  keepLogsBounded,
  listen,
  type Logger,
  Registry,
  RepeatedErrors,
  type Shutdown,
  withProcessMetrics,
} from '#libs/observe';
import {
  eventSender,
  metricSource,
  mlflowServer,
  modelCaller,
  openaiEmbedder,
  openaiJudge,
  outboundFetch,
  prometheusEndpoints,
  servingProbe,
} from '#libs/outbound';
import { secretBox, secretKeys } from '#libs/secrets';
import { PoolConnections } from '#libs/postgres';
import { assertRedisKeepsJobs, migrateQueue, openRolloutQueue, openRolloutWorker } from '#libs/queue';
import { upstreamTls } from '#libs/tls';
import { openTracing } from '#libs/tracing';
import { ownRights, secureDataFolder, type UserRange, whyNoUsers } from '#libs/processes';
import { DeploymentLoop } from './deployments/deployment-loop.ts';
import { ProcessDeployer, whyUnservable } from './deployments/process-deployer.ts';
import { ReadinessWatch } from './deployments/readiness-watch.ts';
import { deploymentFigures } from './deployments/deployment-figures.ts';
import { diskFigures } from './disk-figures.ts';
import { startEmbedding } from './loops/embedding-loop.ts';
import { startJudging } from './loops/judge-loop.ts';
import { startPrimaryWatch } from './loops/primary-watch.ts';
import { startForgetting } from './loops/forget-loop.ts';
import { repeat } from './loops/repeat.ts';
import { startTelling } from './loops/tell-loop.ts';
import { tellAbilities } from './tell-abilities.ts';
import { type Jobs, startRolloutWork } from './rollout-work.ts';

/** The one worker that holds it runs the deployers. */
const DEPLOYER_LEASE = 'deployer';
const DEPLOYMENT_MS = 250;
/** Model servers of our own are on this machine: they answer soon. */
const OWN_PROBE_MS = 1_000;

/** Here, and only here, the worker's ports meet their adapters. Starts everything. */
export async function startWorker(
  config: Config,
  databaseUrl: string,
  logger: Logger,
): Promise<{ port: number; shutdown: Shutdown }> {
  await assertDatabaseServes(databaseUrl);
  if (config.redisUrl !== null) await assertRedisKeepsJobs(config.redisUrl);
  const open = secureDataFolder(config.home, ['logs', 'deployments', 'artifacts']);
  if (open.length > 0) logger.warn({ open }, 'others can read these, and they cannot be closed');
  const clock: Clock = { now: () => performance.timeOrigin + performance.now() };
  const dataSource = await openDataSource(databaseUrl);
  const box = secretBox(secretKeys(config.secretsKeys, config.home));
  const uow = typeOrmUnitOfWork(dataSource, box, config.retention);
  const policy = addressPolicy(config.outboundAllow);
  const fetch = outboundFetch(policy);
  // Only model servers are shown the installation's certificate.
  const modelFetch = outboundFetch(policy, undefined, upstreamTls(config.upstreamTls, logger));
  const mlflow = mlflowServer(config.mlflow, policy, logger);
  const uploads = new ArtifactStore(config.artifactFolder, config.maxArtifactBytes);
  const artifacts = openArtifactReader(uploads, { ...config.artifactPlaces, fetch, mlflow });
  const serving = servingProbe(config.deployerReadyPath, modelFetch);
  const sources = config.metricSources();
  const ports: ReconcilePorts = {
    uow,
    checks: {
      artifacts: { verify: (one) => artifacts.verifyAgain(one), describe: (of) => artifacts.describe(of) },
      serving,
      caller: modelCaller(modelFetch),
    },
    checksUnderWay: new Set(),
    sources: metricSource(prometheusEndpoints(sources, logger), fetch, redactor(secretsOf(config, sources))),
  };
  const outgoing: DeliveryPorts = { uow, sender: eventSender(fetch), publicUrl: config.publicUrl };
  const ofQueue = new PoolConnections();
  const place = { redisUrl: config.redisUrl, databaseUrl, connections: ofQueue };
  await migrateQueue(place);
  const { note: onError } = new RepeatedErrors((error, times) =>
    logger.warn({ err: error, times }, 'worker error; the sweep tries again'),
  );

  const registry = withProcessMetrics(new Registry());

  const jobs: Jobs = {
    queue: openRolloutQueue(place, onError),
    listen: (take) => openRolloutWorker(place, take, onError),
  };
  const tracing = await openTracing(config.tracing, { process: 'worker', instance: randomUUID() }, logger);
  const work = startRolloutWork(
    ports,
    { ...jobs, sweepMs: config.sweepMs, tracing },
    registry,
    logger,
    onError,
  );

  const telling = startTelling(outgoing, onError);
  const forgetting = startForgetting(retentionStore(dataSource), config.retention, registry, logger, onError);

  const logs = keepLogsBounded(path.join(config.home, 'logs', 'models'), onError);
  const deployerLease = new Lease(dataSource, DEPLOYER_LEASE);
  await deployerLease.start();
  const deployers =
    config.deployerCommand === null
      ? []
      : [
          new ProcessDeployer(
            {
              home: config.home,
              command: config.deployerCommand,
              readyPath: config.deployerOwnReadyPath,
              readyMs: config.deployerReadyMs,
              users: modelServerUsers(config, logger),
              limits: config.deployerLimits,
              passOn: config.deployerEnvironment,
            },
            (folder, artifact) => artifacts.local(folder, artifact),
            servingProbe(config.deployerReadyPath, globalThis.fetch, OWN_PROBE_MS),
            clock,
          ),
        ];
  const whyNone = (version: VersionRecord) =>
    whyUnservable(version, config.deployerCommand) ?? 'no worker starts it';
  const deployments = new DeploymentLoop(uow, deployers, whyNone, clock, logger);
  const deploying = repeat(
    DEPLOYMENT_MS,
    async () => {
      if (deployerLease.isHeld) await deployments.tick();
    },
    onError,
  );

  // Unlike model servers of our own, everybody's servers are asked by all workers.
  const terms = { readyMs: config.servingReadyMs, onError };
  const watch = new ReadinessWatch(uow, serving, terms, clock, logger);
  const watching = repeat(DEPLOYMENT_MS, () => watch.tick(), onError);
  deploymentFigures(registry, uow);
  diskFigures(registry, () => tableSizes(dataSource));
  const primaries = startPrimaryWatch(uow, registry, logger, onError);
  const judging = await startJudging(
    config.judge,
    (judge, apiKey) => openaiJudge({ ...judge, apiKey }),
    uow,
    registry,
    logger,
  );

  const abilities = tellAbilities(config, Object.keys(sources), uow, onError);
  const embedding = startEmbedding(
    config.embeddings,
    (embeddings, apiKey) => openaiEmbedder({ ...embeddings, apiKey }),
    uow,
    registry,
    logger,
  );

  const listener = new DatabaseListener(databaseUrl, {
    connected: (again) => {
      // Those of the pool may be to a server that was the right one.
      if (again) dropConnections(dataSource);
      work.poke();
    },
    message: (message) => {
      if (message.kind === 'agenda') work.poke();
    },
    lost: (reason) => {
      logger.warn({ reason }, 'the connection for notifications is lost; another one is made');
      dropConnections(dataSource);
      ofQueue.endSilent();
    },
  });
  await listener.start();

  const health = healthServer({
    notReady: async () =>
      (await uow.run((stores) => stores.isWritable())) ? null : 'the database can only be read',
    metrics: registry,
  });
  const port = await listen(health, config.workerPort, config.bind, 'WORKER_PORT');
  await work.ready();

  return {
    port,
    shutdown: async () => {
      health.close();
      logs();
      await Promise.all([
        telling.stop(),
        forgetting.stop(),
        work.stop(),
        deploying.stop(),
        watching.stop(),
        primaries.stop(),
        judging?.stop(),
        embedding?.stop(),
        abilities.stop(),
        listener.stop(),
      ]);
      await Promise.all(deployers.map((deployer) => deployer.close()));
      await deployerLease.stop();
      await dataSource.destroy();
      await tracing?.stop();
    },
  };
}

/** Says at start how far an artifact's code is trusted. */
function modelServerUsers(config: Config, logger: Logger): UserRange | null {
  const users = config.deployerUsers;
  const why = whyNoUsers(users, ownRights());
  if (why === null) {
    logger.info({ users }, 'each model server runs as a user of its own');
    return users;
  }
  logger.warn(
    `model servers run as this worker's user, so artifacts are trusted as much as the operator: ${why} (docs/guides/security.md)`,
  );
  return null;
}
