/** How long the operator wants things kept, in milliseconds. What each stands for: `FORGETTABLE`, `ENDED`, and the guide. */
export interface Retention {
  /** Answers to requests with an Idempotency-Key. */
  readonly idempotencyMs: number;
  /** Deliveries of CI systems, and events that could not be delivered to a subscription. */
  readonly deliveryMs: number;
  /** Events that a subscription has taken. */
  readonly sentEventMs: number;
  /** Who served a request, for feedback that names it by its id alone. */
  readonly requestIdMs: number;
  /** Which feedback was counted; longer than feedback may be late. */
  readonly feedbackMs: number;
  /** Requests and answers of callers, after the end of their rollout. */
  readonly sampleMs: number;
  /** Evidence in full, after the end of its rollout; longer than feedback may be late. */
  readonly evidenceMs: number;
  /** What the pairwise judge answered. */
  readonly judgeAnswerMs: number;
  /** Embeddings of texts. */
  readonly embeddingMs: number;
  /** Gateways that are silent, and what they have said. */
  readonly gatewayMs: number;
  /** Tokens after their end, deployments after they were retired, abilities of workers that are gone. */
  readonly expiredMs: number;
  /** Who has sent which artifact. */
  readonly uploaderMs: number;
  /** Uploaded artifacts that no version names. */
  readonly artifactMs: number;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** What holds where the operator says nothing. */
export const DEFAULT_RETENTION: Retention = {
  idempotencyMs: 7 * DAY_MS,
  deliveryMs: 90 * DAY_MS,
  sentEventMs: 7 * DAY_MS,
  requestIdMs: HOUR_MS,
  feedbackMs: 31 * DAY_MS,
  sampleMs: 90 * DAY_MS,
  evidenceMs: 90 * DAY_MS,
  judgeAnswerMs: 30 * DAY_MS,
  embeddingMs: 7 * DAY_MS,
  gatewayMs: 30 * DAY_MS,
  expiredMs: 30 * DAY_MS,
  uploaderMs: 731 * DAY_MS,
  artifactMs: 30 * DAY_MS,
};
