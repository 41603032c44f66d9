import { AgendaEntity } from './agenda.entity.ts';
import { AliasEntity } from './alias.entity.ts';
import { CallerSegmentEntity } from './caller-segment.entity.ts';
import { DeploymentEntity } from './deployment.entity.ts';
import {
  EmbeddingPairEntity,
  EmbeddingSpendingEntity,
  EmbeddingVectorEntity,
} from './embedding-pair.entity.ts';
import { EventEntity } from './event.entity.ts';
import { EvidenceEntity } from './evidence.entity.ts';
import {
  FeedbackSeenEntity,
  FeedbackSubjectEntity,
  ServedRequestEntity,
  ServedWindowEntity,
} from './feedback.entity.ts';
import { GatewayBootEntity, GatewayEntity, GatewayRouteEntity } from './gateway.entity.ts';
import { IdempotencyEntity } from './idempotency.entity.ts';
import { LeaseEntity } from './lease.entity.ts';
import { ModelEntity } from './model.entity.ts';
import { GatewayPrimaryEntity, PrimaryOutageEntity } from './primary-outage.entity.ts';
import { PrimaryTermEntity } from './primary-term.entity.ts';
import { ReleaseGroupEntity } from './release-group.entity.ts';
import { RolloutEntity } from './rollout.entity.ts';
import { RouteEntity } from './route.entity.ts';
import { SampleEntity } from './sample.entity.ts';
import { SessionEntity } from './session.entity.ts';
import { SettingEntity } from './setting.entity.ts';
import { SourceReadingEntity } from './source-reading.entity.ts';
import { OutgoingEntity, SubscriptionEntity } from './subscription.entity.ts';
import { JudgeAnswerEntity, TextPairEntity } from './text-pair.entity.ts';
import { TokenEntity } from './token.entity.ts';
import { VersionEntity } from './version.entity.ts';
import { VersionMetricEntity } from './version-metric.entity.ts';
import { ArtifactUploadEntity } from './artifact-upload.entity.ts';
import { VersionUpstreamEntity } from './version-upstream.entity.ts';
import { CiTokenUseEntity, WebhookDeliveryEntity, WebhookSourceEntity } from './webhook.entity.ts';
import { WorkerAbilityEntity } from './worker-ability.entity.ts';

export {
  AgendaEntity,
  AliasEntity,
  ArtifactUploadEntity,
  CallerSegmentEntity,
  CiTokenUseEntity,
  DeploymentEntity,
  EmbeddingPairEntity,
  EmbeddingSpendingEntity,
  EmbeddingVectorEntity,
  EventEntity,
  EvidenceEntity,
  FeedbackSeenEntity,
  FeedbackSubjectEntity,
  GatewayBootEntity,
  GatewayEntity,
  GatewayPrimaryEntity,
  GatewayRouteEntity,
  IdempotencyEntity,
  JudgeAnswerEntity,
  LeaseEntity,
  ModelEntity,
  PrimaryOutageEntity,
  PrimaryTermEntity,
  ReleaseGroupEntity,
  RolloutEntity,
  RouteEntity,
  SampleEntity,
  ServedRequestEntity,
  ServedWindowEntity,
  SessionEntity,
  SettingEntity,
  SourceReadingEntity,
  OutgoingEntity,
  SubscriptionEntity,
  TextPairEntity,
  TokenEntity,
  VersionEntity,
  VersionMetricEntity,
  VersionUpstreamEntity,
  WebhookDeliveryEntity,
  WebhookSourceEntity,
  WorkerAbilityEntity,
};

export const ENTITIES = [
  AgendaEntity,
  AliasEntity,
  ArtifactUploadEntity,
  CallerSegmentEntity,
  CiTokenUseEntity,
  DeploymentEntity,
  EmbeddingPairEntity,
  EmbeddingSpendingEntity,
  EmbeddingVectorEntity,
  EventEntity,
  EvidenceEntity,
  FeedbackSeenEntity,
  FeedbackSubjectEntity,
  GatewayBootEntity,
  GatewayEntity,
  GatewayPrimaryEntity,
  GatewayRouteEntity,
  IdempotencyEntity,
  JudgeAnswerEntity,
  LeaseEntity,
  ModelEntity,
  PrimaryOutageEntity,
  PrimaryTermEntity,
  ReleaseGroupEntity,
  RolloutEntity,
  RouteEntity,
  SampleEntity,
  ServedRequestEntity,
  ServedWindowEntity,
  SessionEntity,
  SettingEntity,
  SourceReadingEntity,
  OutgoingEntity,
  SubscriptionEntity,
  TextPairEntity,
  TokenEntity,
  VersionEntity,
  VersionMetricEntity,
  VersionUpstreamEntity,
  WebhookDeliveryEntity,
  WebhookSourceEntity,
  WorkerAbilityEntity,
];
