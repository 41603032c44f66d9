import { z } from 'zod';
import { nullableTime, time } from '../openapi/answer.ts';
import { callers } from './callers.schema.ts';
import { environment } from './environment.schema.ts';
import { prices } from './prices.schema.ts';

/** Any JSON: what it is, is for its own schema to say. */
export const document = z.unknown();
export const labels = z.record(z.string(), z.string());

const primaryOutage = z
  .looseObject({
    version: z.int(),
    since: time,
    cause: z
      .enum(['unreachable', 'failing', 'not_ready'])
      .describe(
        'Callers get no answer, or errors only; not_ready: probes say so, and no caller has been answered since',
      ),
    scope: z.enum(['all', 'some']).describe('some: at another gateway callers are answered'),
    because: z.string(),
    gateways: z.array(
      z.looseObject({
        gateway: z.string(),
        state: z.enum(['unreachable', 'failing']),
        since: time,
        because: z.string(),
      }),
    ),
    announcedAt: nullableTime.describe(
      "When primary.unreachable was recorded; null: it may be one gateway's own trouble",
    ),
  })
  .meta({ id: 'PrimaryOutage' });

export const modelAnswer = z
  .looseObject({
    name: z.string(),
    description: z.string(),
    tags: labels,
    primary: z.int().nullable().describe('The version that serves'),
    retirement: z
      .looseObject({ reason: z.string(), actor: z.string(), at: time, version: z.int() })
      .nullable()
      .describe(
        'Why nothing serves any more, on purpose: callers get 410 with the reason. `version` served until then',
      ),
    primaryOutage: primaryOutage
      .nullable()
      .describe(
        'Why the primary answers no callers; null: it does, as far as is known. Not part of what If-Match compares',
      ),
    liveRollout: z
      .looseObject({ id: z.uuid(), version: z.int(), state: z.string(), queued: z.boolean() })
      .nullable()
      .optional()
      .describe('In lists: the rollout that is on its way; null: none'),
    policy: document,
    callers,
    prices,
    environment: environment.nullable(),
    autoRollout: z.boolean(),
    primaryAliasStartsRollout: z.boolean(),
    servingUrlTemplate: z.string().nullable(),
    outputSpec: z
      .looseObject({ kind: z.string() })
      .nullable()
      .describe("Of versions that bring none; null: the primary's"),
    createdAt: time,
    updatedAt: time,
  })
  .meta({ id: 'Model' });

export const aliasAnswer = z.looseObject({ alias: z.string(), version: z.int() }).meta({ id: 'Alias' });
