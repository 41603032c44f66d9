import { z } from 'zod';
import { formatDuration, parseDuration } from '#libs/kernel';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const YEAR_MS = 366 * DAY_MS;
export const TEN_YEARS_MS = 3_660 * DAY_MS;

/** A duration of a setting, in ms. */
export const kept = (fallback: string, leastMs: number, mostMs: number) =>
  z
    .string()
    .default(fallback)
    .transform((text, context) => {
      const ms = parseDuration(text);
      if (ms !== null && ms >= leastMs && ms <= mostMs) return ms;
      const range = `${formatDuration(leastMs)} to ${formatDuration(mostMs)}`;
      context.addIssue({ code: 'custom', message: `not a duration such as ${fallback}, of ${range}` });
      return z.NEVER;
    });

/** Feedback may be 30 days late: what it needs is kept for longer. */
export const LATE_FEEDBACK_MS = 31 * DAY_MS;

/** How long what grows by time is kept. */
export const retentionSettings = {
  IDEMPOTENCY_RETENTION: kept('7d', DAY_MS, YEAR_MS),
  // A run may be told of for three days after its end; what is forgotten before could be told again.
  DELIVERY_RETENTION: kept('90d', 4 * DAY_MS, TEN_YEARS_MS),
  SENT_EVENT_RETENTION: kept('7d', DAY_MS, YEAR_MS),
  // Of each model 64 MiB in ten minutes.
  REQUEST_ID_RETENTION: kept('1h', HOUR_MS, DAY_MS),
  FEEDBACK_RETENTION: kept('31d', LATE_FEEDBACK_MS, YEAR_MS),
  SAMPLE_RETENTION: kept('90d', HOUR_MS, TEN_YEARS_MS),
  EVIDENCE_RETENTION: kept('90d', LATE_FEEDBACK_MS, TEN_YEARS_MS),
  JUDGE_ANSWER_RETENTION: kept('30d', DAY_MS, YEAR_MS),
  EMBEDDING_RETENTION: kept('7d', HOUR_MS, YEAR_MS),
  // A gateway that was away posts what it has on its disk; what was counted of it must be known then.
  GATEWAY_RETENTION: kept('30d', 7 * DAY_MS, YEAR_MS),
  EXPIRED_RETENTION: kept('30d', DAY_MS, YEAR_MS),
  UPLOADER_RETENTION: kept('731d', LATE_FEEDBACK_MS, TEN_YEARS_MS),
  // What was uploaded may be registered for a week.
  ARTIFACT_RETENTION: kept('30d', 8 * DAY_MS, TEN_YEARS_MS),
};

type Kept = Readonly<Record<keyof typeof retentionSettings, number>>;

/** How long each is kept, in milliseconds. */
export const retentionConfig = (env: Kept) => ({
  idempotencyMs: env.IDEMPOTENCY_RETENTION,
  deliveryMs: env.DELIVERY_RETENTION,
  sentEventMs: env.SENT_EVENT_RETENTION,
  requestIdMs: env.REQUEST_ID_RETENTION,
  feedbackMs: env.FEEDBACK_RETENTION,
  sampleMs: env.SAMPLE_RETENTION,
  evidenceMs: env.EVIDENCE_RETENTION,
  judgeAnswerMs: env.JUDGE_ANSWER_RETENTION,
  embeddingMs: env.EMBEDDING_RETENTION,
  gatewayMs: env.GATEWAY_RETENTION,
  expiredMs: env.EXPIRED_RETENTION,
  uploaderMs: env.UPLOADER_RETENTION,
  artifactMs: env.ARTIFACT_RETENTION,
});
