import { AliasesController } from './aliases/aliases.controller.ts';
import { ArtifactsController } from './artifacts/artifacts.controller.ts';
import { AuditController } from './audit/audit.controller.ts';
import { CiLoginController } from './auth/ci-login.controller.ts';
import { FeedbackController } from './feedback/feedback.controller.ts';
import { FleetController } from './fleet/fleet.controller.ts';
import { GatewayController } from './gateways/gateway.controller.ts';
import { LoginController } from './auth/login.controller.ts';
import { ManifestsController } from './versions/manifests.controller.ts';
import { ModelDocumentsController } from './models/model-documents.controller.ts';
import { ModelSettingsController } from './model-settings/model-settings.controller.ts';
import { SegmentsController } from './models/segments.controller.ts';
import { ModelsController } from './models/models.controller.ts';
import { ModelVersionsController } from './mlflow/model-versions.controller.ts';
import { PoliciesController } from './policies/policies.controller.ts';
import { PrimariesController } from './primary/primaries.controller.ts';
import { PrimaryController } from './primary/primary.controller.ts';
import { RegisteredModelsController } from './mlflow/registered-models.controller.ts';
import { ReleaseGroupsController } from './release-groups/release-groups.controller.ts';
import { RolloutsController } from './rollouts/rollouts.controller.ts';
import { RoutesController } from './routes/routes.controller.ts';
import { SharedRolloutsController } from './shared-rollouts/shared-rollouts.controller.ts';
import { StreamController } from './stream/stream.controller.ts';
import { SubscriptionsController } from './subscriptions/subscriptions.controller.ts';
import { TokensController } from './tokens/tokens.controller.ts';
import { VersionFactsController } from './versions/version-facts.controller.ts';
import { VersionsController } from './versions/versions.controller.ts';
import { WebhookSourcesController } from './webhooks/webhook-sources.controller.ts';
import { WebhooksController } from './webhooks/webhooks.controller.ts';
import { noteAccess } from './access/route-access.ts';

/** Every route of the api, but for health, documents and the dashboard. */
export const CONTROLLERS = [
  AliasesController,
  ArtifactsController,
  AuditController,
  CiLoginController,
  FeedbackController,
  FleetController,
  GatewayController,
  LoginController,
  ManifestsController,
  ModelDocumentsController,
  ModelSettingsController,
  SegmentsController,
  ModelsController,
  ModelVersionsController,
  PoliciesController,
  PrimariesController,
  PrimaryController,
  RegisteredModelsController,
  ReleaseGroupsController,
  RolloutsController,
  RoutesController,
  SharedRolloutsController,
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
