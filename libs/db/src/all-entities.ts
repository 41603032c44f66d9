import { AgendaEntity } from './rollouts/agenda.entity.ts';
import { AliasEntity } from './registry/alias.entity.ts';
import { CallerSegmentEntity } from './evidence/caller-segment.entity.ts';
import { DeploymentEntity } from './deployments/deployment.entity.ts';
import {
  EmbeddingPairEntity,
  EmbeddingSpendingEntity,
  EmbeddingVectorEntity,
} from './text-pairs/embedding-pair.entity.ts';
import { EventExportEntity, EventExportRangeEntity } from './audit/event-export.entity.ts';
import { EventEntity } from './audit/event.entity.ts';
import { EvidenceEntity } from './evidence/evidence.entity.ts';
import {
  FeedbackSeenEntity,
  FeedbackSubjectEntity,
  ServedRequestEntity,
  ServedWindowEntity,
} from './evidence/feedback.entity.ts';
import { GatewayBootEntity, GatewayEntity, GatewayRouteEntity } from './routing/gateway.entity.ts';
import { IdempotencyEntity } from './audit/idempotency.entity.ts';
import { LeaseEntity } from './work/lease.entity.ts';
import { ModelEntity } from './registry/model.entity.ts';
import { GatewayPrimaryEntity, PrimaryOutageEntity } from './routing/primary-outage.entity.ts';
import { PrimaryTermEntity } from './routing/primary-term.entity.ts';
import { ReleaseGroupEntity } from './rollouts/release-group.entity.ts';
import { RolloutEntity } from './rollouts/rollout.entity.ts';
import { RouteEntity } from './routing/route.entity.ts';
import { SampleEntity } from './evidence/sample.entity.ts';
import { SessionEntity } from './access/session.entity.ts';
import { SettingEntity } from './access/setting.entity.ts';
import { SourceReadingEntity } from './evidence/source-reading.entity.ts';
import { OutgoingEntity, SubscriptionEntity } from './subscriptions/subscription.entity.ts';
import { JudgeAnswerEntity, TextPairEntity } from './text-pairs/text-pair.entity.ts';
import { TokenEntity } from './access/token.entity.ts';
import { VersionEntity } from './registry/version.entity.ts';
import { VersionMetricEntity } from './registry/version-metric.entity.ts';
import { ArtifactUploadEntity } from './release/artifact-upload.entity.ts';
import { VersionUpstreamEntity } from './registry/version-upstream.entity.ts';
import { CiTokenUseEntity, WebhookDeliveryEntity, WebhookSourceEntity } from './release/webhook.entity.ts';
import { WorkerAbilityEntity } from './deployments/worker-ability.entity.ts';

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
  EventExportEntity,
  EventExportRangeEntity,
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
