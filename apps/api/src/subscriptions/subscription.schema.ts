import { z } from 'zod';
import { FORMATS, isWebhookSecret, type OutgoingRecord, type SubscriptionRecord } from '#libs/engine';
import { isMaskedUrl, isOpenUrl, maskedWebhook } from '#libs/kernel';
import { modelPatterns, shownName } from '../http/bodies/validation.ts';
import { eventPatternMistake } from './event-types.ts';
import { nullableTime } from '../openapi/answer.ts';

const eventPatterns = z
  .array(
    z
      .string()
      .regex(
        /^(\*|[a-z_]+(\.[a-z_]*)?\*?)$/,
        'the type of an event, such as rollout.promoted, or a prefix that ends with *',
      )
      .max(100)
      .superRefine((pattern, context) => {
        const mistake = eventPatternMistake(pattern);
        if (mistake !== null) context.addIssue({ code: 'custom', message: mistake });
      }),
  )
  .min(1)
  .max(50);
const secret = z
  .string()
  .regex(/^whsec_[A-Za-z0-9+/=]{32,100}$/, 'a Standard Webhooks secret is whsec_ and base64')
  .refine(isWebhookSecret, 'a Standard Webhooks secret is whsec_ and base64, with its padding');
const target = z
  .string()
  .max(2_000)
  .refine((text) => isOpenUrl(text), 'not a URL of http or https (without a user or a password in it)');

/** What is told where nothing is said: programs get all, people not a line for each internal event. */
const EVENTS_FOR: Readonly<Record<(typeof FORMATS)[number], readonly string[]>> = {
  cloudevents: ['rollout.*', 'version.*', 'alias.*', 'gate.*', 'subscription.*'],
  slack: [
    ...[
      'rollout.created',
      'rollout.advanced',
      'rollout.paused',
      'rollout.traffic_paused',
      'rollout.not_started',
    ],
    ...['rollout.promoted', 'rollout.rolled_back', 'rollout.aborted', 'subscription.*'],
  ],
};

const askedSubscription = z.strictObject({
  name: shownName,
  url: target.refine(
    (text) => !isMaskedUrl(text),
    '… stands for a part that is not shown. Write the whole URL',
  ),
  events: eventPatterns
    .optional()
    .describe(
      `Left out: ${EVENTS_FOR.cloudevents.join(', ')}; for Slack what people act on: ${EVENTS_FOR.slack.join(', ')}`,
    ),
  models: modelPatterns.nullable().default(null),
  format: z.enum(FORMATS).default('cloudevents'),
  secret: secret.optional(),
});
export const newSubscription = askedSubscription.transform(({ events, ...asked }) => ({
  ...asked,
  events: events ?? [...EVENTS_FOR[asked.format]],
}));
export const subscriptionEdits = z
  .strictObject({
    name: shownName,
    url: target,
    events: eventPatterns,
    models: modelPatterns.nullable(),
    state: z.enum(['active', 'disabled']),
  })
  .partial();
export const deliveryState = z.enum(['waiting', 'delivered', 'dead']);

export const subscriptionAnswer = z
  .looseObject({
    id: z.string(),
    name: z.string(),
    url: z
      .string()
      .describe(
        'What may be a key is left out (`…`): the values of its query, and what of its path is no word; of the format `slack` the whole path. Sent back by PATCH as it is shown, it stays',
      ),
    events: z.array(z.string()),
    models: z.array(z.string()).nullable(),
    format: z.enum(FORMATS),
    state: z.enum(['active', 'disabled']),
    because: z.string(),
    failingSince: nullableTime,
    createdBy: z.string(),
  })
  .meta({ id: 'Subscription' });
export const deliveryAnswer = z
  .looseObject({
    id: z.string(),
    type: z.string(),
    model: z.string().nullable(),
    sequence: z.int(),
    state: deliveryState,
    attempts: z.int(),
    lastStatus: z.int().nullable(),
    lastError: z.string().nullable(),
    nextAt: nullableTime,
  })
  .meta({ id: 'Delivery' });

const iso = (instant: number | null): string | null =>
  instant === null ? null : new Date(instant).toISOString();

export function subscriptionView(subscription: SubscriptionRecord) {
  const { secrets, url, failingSince, createdAt, ...rest } = subscription;
  return {
    ...rest,
    url: rest.format === 'slack' ? `${new URL(url).origin}/…` : maskedWebhook(url),
    secrets: secrets.map(({ until }) => ({ until: iso(until) })),
    failingSince: iso(failingSince),
    createdAt: iso(createdAt),
  };
}

export function deliveryView({ subscriptionId: _s, modelId: _m, ...delivery }: OutgoingRecord) {
  return {
    ...delivery,
    model: delivery.model || null,
    firstTriedAt: iso(delivery.firstTriedAt),
    nextAt: delivery.state === 'waiting' ? iso(delivery.nextAt) : null,
    createdAt: iso(delivery.createdAt),
  };
}
