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
  sessionStore,
  tokenStore,
  typeOrmUnitOfWork,
  webhookStore,
  receiptKey,
} from '#libs/db';
import { AliasesController } from './aliases/aliases.controller.ts';
import { ArtifactsController } from './artifacts/artifacts.controller.ts';
import { ArtifactTidying } from './artifacts/tidy-artifacts.ts';
import { CiIdentities } from './auth/ci-identity.ts';
import { LoginController } from './auth/login.controller.ts';
import { loginSettings } from './auth/login-settings.ts';
import { CiLoginController } from './auth/ci-login.controller.ts';
import { AuditController } from './audit/audit.controller.ts';
import { mlflowServer, modelCaller, outboundFetch, servingProbe, urlRefusal } from '#libs/outbound';
import { sharedLimits } from '#libs/queue';
import { PolicyWarner } from './policies/policy-warner.ts';
import { secretBox, secretKeys } from '#libs/secrets';
import { upstreamTls } from '#libs/tls';
import { FeedbackController } from './feedback/feedback.controller.ts';
import { GatewayController } from './gateways/gateway.controller.ts';
import { BatchReader } from './gateways/batch-reader.ts';
import { EvidenceMetrics } from './gateways/evidence-metrics.ts';
import { RouteFeed } from './gateways/route-feed.ts';
import { AccessGuard } from './access/access.guard.ts';
import { Admission } from './access/admission.ts';
import { CallerFinder } from './access/caller-finder.ts';
import { OpenStreams } from './access/open-streams.ts';
import { RateLimits } from './access/rate-limits.ts';
import { RefusalLog } from './access/refusal-log.ts';
import { noteAccess } from './access/route-access.ts';
import { IdempotencyInterceptor } from './http/idempotency.interceptor.ts';
import { StorableTextGuard } from './http/bodies/storable-text.guard.ts';
import { validationPipe } from './http/bodies/validation.ts';
import { ModelVersionsController } from './mlflow/model-versions.controller.ts';
import { RegisteredModelsController } from './mlflow/registered-models.controller.ts';
import { ModelDocumentsController } from './models/model-documents.controller.ts';
import { SegmentsController } from './models/segments.controller.ts';
import { ModelsController } from './models/models.controller.ts';
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
  UPLOADED_FILES,
} from './ports.ts';
import { PoliciesController } from './policies/policies.controller.ts';
import { PrimaryController } from './primary/primary.controller.ts';
import { ReleaseGroupsController } from './release-groups/release-groups.controller.ts';
import { RolloutsController } from './rollouts/rollouts.controller.ts';
import { RoutesController } from './routes/routes.controller.ts';
import { EventFeed } from './stream/event-feed.ts';
import { StreamController } from './stream/stream.controller.ts';
import { SubscriptionsController } from './subscriptions/subscriptions.controller.ts';
import { TokensController } from './tokens/tokens.controller.ts';
import { ManifestsController } from './versions/manifests.controller.ts';
import { VersionFactsController } from './versions/version-facts.controller.ts';
import { VersionsController } from './versions/versions.controller.ts';
import { ReleaseFromCi } from './webhooks/release-from-ci.ts';
import { WebhookSourcesController } from './webhooks/webhook-sources.controller.ts';
import { WebhooksController } from './webhooks/webhooks.controller.ts';

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

const CONTROLLERS = [
  AliasesController,
  ArtifactsController,
  AuditController,
  CiLoginController,
  FeedbackController,
  GatewayController,
  LoginController,
  ManifestsController,
  ModelDocumentsController,
  SegmentsController,
  ModelsController,
  ModelVersionsController,
  PoliciesController,
  PrimaryController,
  RegisteredModelsController,
  ReleaseGroupsController,
  RolloutsController,
  RoutesController,
  StreamController,
  SubscriptionsController,
  TokensController,
  VersionFactsController,
  VersionsController,
  WebhookSourcesController,
  WebhooksController,
];
// Before Nest makes routes of them.
noteAccess(CONTROLLERS);

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
        fromData(RECEIPT_KEY, receiptKey),
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
        RouteFeed,
      ],
    };
  }
}
