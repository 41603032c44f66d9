import { FirstRelease1795000000000 } from './1795000000000-first-release.ts';
import { RolloutEngine1795450000000 } from './1795450000000-rollout-engine.ts';
import { Agenda1795490000000 } from './1795490000000-agenda.ts';
import { Judgement1795520000000 } from './1795520000000-judgement.ts';
import { Callers1795540000000 } from './1795540000000-callers.ts';
import { Registry1795550000000 } from './1795550000000-registry.ts';
import { Lineage1795570000000 } from './1795570000000-lineage.ts';
import { Doors1795640000000 } from './1795640000000-doors.ts';
import { EventTime1795680000000 } from './1795680000000-event-time.ts';
import { WhoIsWho1796020000100 } from './1796020000100-who-is-who.ts';
import { ProvenPrimary1796020000000 } from './1796020000000-proven-primary.ts';
import { BoundedMeans1796650000000 } from './1796650000000-bounded-means.ts';
import { Bindings1796070000000 } from './1796070000000-bindings.ts';
import { Uploaders1796080000000 } from './1796080000000-uploaders.ts';
import { BoundedFeedback1796030000000 } from './1796030000000-bounded-feedback.ts';
import { Readiness1796120000000 } from './1796120000000-readiness.ts';
import { StreamTimes1796130000000 } from './1796130000000-stream-times.ts';
import { PairwiseJudge1796150000000 } from './1796150000000-pairwise-judge.ts';
import { SourceClaims1796210000000 } from './1796210000000-source-claims.ts';
import { AcceptedFaults1796300000000 } from './1796300000000-accepted-faults.ts';
import { EvidenceTraces1796400000000 } from './1796400000000-evidence-traces.ts';
import { Prices1796410000000 } from './1796410000000-prices.ts';
import { ServingUrls1796420000000 } from './1796420000000-serving-urls.ts';
import { StartAt1796430000000 } from './1796430000000-start-at.ts';
import { StartPeriods1796440000000 } from './1796440000000-start-periods.ts';
import { Attempts1796450000000 } from './1796450000000-attempts.ts';
import { WhatGoesTogether1796460000000 } from './1796460000000-what-goes-together.ts';
import { WorkerAbilities1796560000100 } from './1796560000100-worker-abilities.ts';
import { EmbeddingDistance1796560000000 } from './1796560000000-embedding-distance.ts';
import { Environments1796500000000 } from './1796500000000-environments.ts';
import { CallerSegments1796570000000 } from './1796570000000-caller-segments.ts';
import { GatewayBoots1796530000000 } from './1796530000000-gateway-boots.ts';
import { PrimaryOutages1796550000000 } from './1796550000000-primary-outages.ts';
import { ReleaseGroups1796600000000 } from './1796600000000-release-groups.ts';
import { Retention1796670000000 } from './1796670000000-retention.ts';
import { EventExports1796760000000 } from './1796760000000-event-exports.ts';
import { OrderOfFacts1796760100000 } from './1796760100000-order-of-facts.ts';
import { ReadyPaths1796763000000 } from './1796763000000-ready-paths.ts';
import { RefutedProofs1796762000000 } from './1796762000000-refuted-proofs.ts';
import { LiveRollouts1796765000000 } from './1796765000000-live-rollouts.ts';
import { AskedServers1796767000000 } from './1796767000000-asked-servers.ts';
import { DueOfEach1796768000000 } from './1796768000000-due-of-each.ts';
import { EndedRollouts1796770000000 } from './1796770000000-ended-rollouts.ts';
import { IndexesForYears1796750000000 } from './1796750000000-indexes-for-years.ts';
import { RetiredModels1796700000000 } from './1796700000000-retired-models.ts';
import { NewestRollouts1796680000000 } from './1796680000000-newest-rollouts.ts';
import { RoomToRewrite1795510000000 } from './1795510000000-room-to-rewrite.ts';
import { PlanesAboutThemselves1796771500000 } from './1796771500000-planes-about-themselves.ts';
import { PolicyText1796771000000 } from './1796771000000-policy-text.ts';
import { FirstThatWait1796772000000 } from './1796772000000-first-that-wait.ts';

/** In the order in which they run. */
export const MIGRATIONS = [
  FirstRelease1795000000000,
  RolloutEngine1795450000000,
  Agenda1795490000000,
  RoomToRewrite1795510000000,
  Judgement1795520000000,
  Callers1795540000000,
  Registry1795550000000,
  Lineage1795570000000,
  Doors1795640000000,
  EventTime1795680000000,
  ProvenPrimary1796020000000,
  WhoIsWho1796020000100,
  BoundedFeedback1796030000000,
  Bindings1796070000000,
  Uploaders1796080000000,
  Readiness1796120000000,
  StreamTimes1796130000000,
  PairwiseJudge1796150000000,
  SourceClaims1796210000000,
  AcceptedFaults1796300000000,
  EvidenceTraces1796400000000,
  Prices1796410000000,
  ServingUrls1796420000000,
  StartAt1796430000000,
  StartPeriods1796440000000,
  Attempts1796450000000,
  WhatGoesTogether1796460000000,
  Environments1796500000000,
  GatewayBoots1796530000000,
  PrimaryOutages1796550000000,
  EmbeddingDistance1796560000000,
  WorkerAbilities1796560000100,
  CallerSegments1796570000000,
  ReleaseGroups1796600000000,
  BoundedMeans1796650000000,
  Retention1796670000000,
  NewestRollouts1796680000000,
  RetiredModels1796700000000,
  IndexesForYears1796750000000,
  EventExports1796760000000,
  OrderOfFacts1796760100000,
  RefutedProofs1796762000000,
  ReadyPaths1796763000000,
  LiveRollouts1796765000000,
  AskedServers1796767000000,
  DueOfEach1796768000000,
  EndedRollouts1796770000000,
  PolicyText1796771000000,
  PlanesAboutThemselves1796771500000,
  FirstThatWait1796772000000,
] as const;
