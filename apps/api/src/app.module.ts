import {
  type DynamicModule,
  Inject,
  Injectable,
  Module,
  type OnApplicationShutdown,
  type OnModuleInit,
} from '@nestjs/common';
import { APP_GUARD, APP_INTERCEPTOR, APP_PIPE, Reflector } from '@nestjs/core';
import type { DataSource } from 'typeorm';
import { addressPolicy, networkToLimit, senderAddress } from '#libs/addresses';
import { ArtifactStore, openArtifactReader, UploadedFolder } from '#libs/artifacts';
import type { Config } from '#libs/config';
import type { SecretBox } from '#libs/engine';
import {
  DatabaseListener,
  dropConnections,
  idempotencyStore,
  openDataSource,
  planeAbouts,
  sessionStore,
  tokenStore,
  typeOrmUnitOfWork,
  webhookStore,
  installationKey,
} from '#libs/db';
import { CONTROLLERS } from './controllers.ts';
import { ArtifactTidying } from './artifacts/tidy-artifacts.ts';
import { CiIdentities } from './auth/ci-identity.ts';
import { loginSettings } from './auth/login-settings.ts';
import { mlflowServer, modelCaller, outboundFetch, servingProbe, urlRefusal } from '#libs/outbound';
import { sharedLimits } from '#libs/queue';
import { PolicyWarner } from './policies/policy-warner.ts';
import { secretBox, secretKeys } from '#libs/secrets';
import { upstreamTls } from '#libs/tls';
import { BatchReader } from './gateways/batch-reader.ts';
import { EvidenceMetrics } from './gateways/evidence-metrics.ts';
import { PlaneAbilities } from './gateways/plane-abilities.ts';
import { PlaneNotes } from './gateways/plane-notes.ts';
import { RouteFeed } from './gateways/route-feed.ts';
import { AccessGuard } from './access/access.guard.ts';
import { Admission } from './access/admission.ts';
import { CallerFinder } from './access/caller-finder.ts';
import { OpenStreams } from './access/open-streams.ts';
import { RateLimits } from './access/rate-limits.ts';
import { RefusalLog } from './access/refusal-log.ts';
import { IdempotencyInterceptor } from './http/idempotency.interceptor.ts';
import { StorableTextGuard } from './http/bodies/storable-text.guard.ts';
import { validationPipe } from './http/bodies/validation.ts';
import {
  ARTIFACT_KEPT_MS,
  ARTIFACT_STORE,
  ARTIFACT_READER,
  IDEMPOTENCY_STORE,
  REGISTER_VERSION_PORTS,
  type RegisterVersionPorts,
  ROUTE_CHANGES,
  LOGGER,
  type Logger,
  LOGIN_SETTINGS,
  OUTBOUND_FETCH,
  URL_REFUSAL,
  PLANE_ABOUTS,
  RATE_LIMIT_SETTINGS,
  type RateLimitSettings,
  SENDER_OF,
  SECRET_BOX,
  SESSION_STORE,
  type RouteChanges,
  TOKEN_STORE,
  UNIT_OF_WORK,
  WEBHOOK_STORE,
  RECEIPT_KEY,
  SHARE_KEY,
  UPLOADED_FILES,
} from './ports.ts';
import { EventFeed } from './stream/event-feed.ts';
import { ReleaseFromCi } from './webhooks/release-from-ci.ts';

const DATA_SOURCE = Symbol('DataSource');
const DATABASE_URL = Symbol('DatabaseUrl');

/** Listens to the database for as long as the application lives. */
@Injectable()
class DatabaseRouteChanges implements RouteChanges, OnModuleInit, OnApplicationShutdown {
  private readonly subscribers: Parameters<RouteChanges['subscribe']>[0][] = [];
  private readonly listener: DatabaseListener;

  constructor(
    @Inject(DATABASE_URL) url: string,
    @Inject(DATA_SOURCE) private readonly dataSource: DataSource,
    @Inject(LOGGER) logger: Logger,
  ) {
    this.listener = new DatabaseListener(url, {
      connected: (again) => {
        // Those of the pool may be to a server that was the right one.
        if (again) dropConnections(dataSource);
        this.subscribers.forEach((on) => on.missed());
      },
      message: (message) => {
        if (message.kind === 'route')
          this.subscribers.forEach((on) => on.changed(message.modelId, message.route ?? null));
      },
      lost: (reason) => {
        logger.warn({ reason }, 'the connection for notifications is lost; another one is made');
        dropConnections(dataSource);
      },
    });
  }

  subscribe(on: Parameters<RouteChanges['subscribe']>[0]): void {
    this.subscribers.push(on);
  }

  async onModuleInit(): Promise<void> {
    await this.listener.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.listener.stop();
    await this.dataSource.destroy();
  }
}

/** Here, and only here, the api's ports meet their adapters. */
@Module({})
export class AppModule {
  static of(config: Config, databaseUrl: string, logger: Logger): DynamicModule {
    const box = secretBox(secretKeys(config.secretsKeys, config.home));
    const fromData = <T>(provide: symbol, make: (dataSource: DataSource, box: SecretBox) => T) => ({
      provide,
      inject: [DATA_SOURCE],
      useFactory: (dataSource: DataSource) => make(dataSource, box),
    });
    const policy = addressPolicy(config.outboundAllow);
    const fetch = outboundFetch(policy);
    // Only model servers are shown the installation's certificate.
    const modelFetch = outboundFetch(policy, undefined, upstreamTls(config.upstreamTls, logger));
    const artifactStore = new ArtifactStore(config.artifactFolder, config.maxArtifactBytes);
    const mlflow = mlflowServer(config.mlflow, policy, logger);
    const artifacts = openArtifactReader(artifactStore, { ...config.artifactPlaces, fetch, mlflow });
    return {
      module: AppModule,
      controllers: [...CONTROLLERS],
      providers: [
        { provide: SECRET_BOX, useValue: box },
        { provide: LOGGER, useValue: logger },
        {
          provide: RATE_LIMIT_SETTINGS,
          useFactory: async (): Promise<RateLimitSettings> => ({
            ...{ perCaller: config.rateLimit, perAddress: config.rateLimitAnonymous, networkToLimit },
            shared: config.redisUrl === null ? null : await sharedLimits(config.redisUrl),
          }),
        },
        { provide: SENDER_OF, useValue: senderAddress(config.trustProxy) },
        { provide: LOGIN_SETTINGS, useValue: loginSettings(config) },
        { provide: OUTBOUND_FETCH, useValue: fetch },
        { provide: URL_REFUSAL, useValue: urlRefusal(policy) },
        { provide: DATABASE_URL, useValue: databaseUrl },
        { provide: DATA_SOURCE, useFactory: () => openDataSource(databaseUrl) },
        fromData(UNIT_OF_WORK, (dataSource) => typeOrmUnitOfWork(dataSource, box, config.retention)),
        fromData(PLANE_ABOUTS, planeAbouts),
        fromData(TOKEN_STORE, tokenStore),
        fromData(SESSION_STORE, sessionStore),
        fromData(WEBHOOK_STORE, webhookStore),
        fromData(IDEMPOTENCY_STORE, (dataSource) =>
          idempotencyStore(dataSource, config.retention.idempotencyMs),
        ),
        { provide: ARTIFACT_STORE, useValue: artifactStore },
        { provide: UPLOADED_FILES, useValue: new UploadedFolder(artifactStore) },
        { provide: ARTIFACT_READER, useValue: artifacts },
        { provide: ARTIFACT_KEPT_MS, useValue: config.retention.artifactMs },
        ArtifactTidying,
        { provide: ROUTE_CHANGES, useClass: DatabaseRouteChanges },
        fromData(RECEIPT_KEY, (dataSource, keyBox) => installationKey(dataSource, keyBox, 'receipt_key')),
        fromData(SHARE_KEY, (dataSource, keyBox) => installationKey(dataSource, keyBox, 'share_key')),
        fromData(REGISTER_VERSION_PORTS, (dataSource): RegisterVersionPorts => ({
          uow: typeOrmUnitOfWork(dataSource, box, config.retention),
          artifacts,
          serving: servingProbe(config.deployerReadyPath, modelFetch),
          caller: modelCaller(modelFetch),
          deployer: {
            processDeployer: config.deployerCommand !== null,
            servesSources: config.servesSources,
          },
        })),
        { provide: APP_GUARD, useClass: AccessGuard },
        { provide: APP_GUARD, useClass: StorableTextGuard },
        { provide: APP_INTERCEPTOR, useClass: IdempotencyInterceptor },
        { provide: APP_PIPE, useFactory: validationPipe },
        Admission,
        CallerFinder,
        CiIdentities,
        OpenStreams,
        RateLimits,
        RefusalLog,
        PolicyWarner,
        Reflector,
        ReleaseFromCi,
        EventFeed,
        BatchReader,
        EvidenceMetrics,
        PlaneAbilities,
        PlaneNotes,
        RouteFeed,
      ],
    };
  }
}
