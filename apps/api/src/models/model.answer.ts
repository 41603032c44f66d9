import { z } from 'zod';
import { time } from '../openapi/answer.ts';
import { callers } from './callers.schema.ts';
import { environment } from './environment.schema.ts';
import { prices } from './prices.schema.ts';

/** Any JSON: what it is, is for its own schema to say. */
export const document = z.unknown();
export const labels = z.record(z.string(), z.string());

export const modelAnswer = z
  .looseObject({
    name: z.string(),
    description: z.string(),
    tags: labels,
    primary: z.int().nullable().describe('The version that serves'),
    policy: document,
    callers,
    prices,
    environment: environment.nullable(),
    autoRollout: z.boolean(),
    primaryAliasStartsRollout: z.boolean(),
    servingUrlTemplate: z.string().nullable(),
    createdAt: time,
    updatedAt: time,
  })
  .meta({ id: 'Model' });

export const aliasAnswer = z.looseObject({ alias: z.string(), version: z.int() }).meta({ id: 'Alias' });
