import { z } from 'zod';
import { document, labels } from '../models/model.answer.ts';
import { pageOf, time } from '../openapi/answer.ts';
import { rolloutAnswer } from '../rollouts/rollout.answer.ts';

const metrics = z.record(z.string(), z.number());
const versionRef = z.looseObject({ model: z.string(), version: z.int() });

export const versionAnswer = z
  .looseObject({
    model: z.string(),
    version: z.int(),
    state: z.enum(['primary', 'candidate', 'retired', 'registered']),
    artifact: z.looseObject({ uri: z.string(), digest: z.string() }).nullable(),
    servingUrl: z.string().nullable().describe('The first of `servingUrls`; null: a deployer starts it'),
    servingUrls: z
      .array(z.string())
      .describe('Where its replicas answer; gateways balance over them; empty: a deployer starts it'),
    healthPath: z
      .string()
      .nullable()
      .describe('Where its server says that it is ready (2xx); null: at a usual path; `none`: nowhere'),
    description: z.string(),
    tags: labels,
    aliases: z.array(z.string()),
    source: labels,
    dataset: labels,
    signature: document,
    outputSpec: z.looseObject({ kind: z.string() }).nullable(),
    baseline: z.looseObject({}).nullable(),
    upstreams: z.array(versionRef),
    hasCard: z.boolean(),
    deployment: z
      .looseObject({
        state: z.enum(['starting', 'ready', 'not_ready', 'failed', 'retired']),
        because: z.string(),
        since: time.nullable(),
      })
      .nullable()
      .describe('Whether its model server takes callers, by the last probes; null: nobody had to know yet'),
    metrics,
    createdAt: time,
    updatedAt: time,
    createdBy: z.string(),
  })
  .meta({ id: 'Version' });

export const registeredAnswer = z.intersection(
  versionAnswer,
  z.looseObject({
    rollout: rolloutAnswer.nullable(),
    warnings: z
      .array(z.looseObject({ code: z.string(), detail: z.string() }))
      .describe(
        'What is no mistake for certain: an output spec that was not tried, or reads some answers only',
      ),
  }),
);
export const latestMetrics = versionRef.extend({ metrics });
export const metricSeries = pageOf(
  z.looseObject({ metric: z.string(), step: z.int(), value: z.number(), timestamp: time }),
);
export const lineageAnswer = z
  .looseObject({
    nodes: z.array(
      versionRef.extend({
        direction: z.enum(['self', 'upstream', 'downstream']),
        distance: z.int(),
        hidden: z.boolean().describe('Of a model that you may not see: its name and number, and no more'),
        serves: z.boolean().nullable().describe('null: hidden'),
        deleted: z.boolean().nullable().describe('null: hidden'),
        source: labels,
        dataset: labels,
      }),
    ),
    edges: z.array(z.looseObject({ from: versionRef, to: versionRef })).describe('`from` feeds `to`'),
    truncated: z.boolean(),
  })
  .meta({ id: 'Lineage' });
export const compatibilityAnswer = z
  .looseObject({
    version: z.int(),
    comparedWith: z.int(),
    compatible: z.boolean().nullable().describe('null: it cannot be told'),
    because: z.string(),
    breaks: z.array(z.string()),
    notCompared: z.array(z.string()),
  })
  .meta({ id: 'Compatibility' });
const scoreSection = z.looseObject({
  points: z.number(),
  tests: z.array(
    z.looseObject({
      id: z.string(),
      title: z.string(),
      points: z.number(),
      by: z.enum(['understudy', 'ci', 'missing']),
      because: z.string(),
    }),
  ),
});
export const scoreAnswer = z
  .looseObject({
    score: z.number(),
    meaning: z.string(),
    sections: z.looseObject({
      data: scoreSection,
      model: scoreSection,
      infra: scoreSection,
      monitor: scoreSection,
    }),
  })
  .meta({ id: 'MlTestScore' });
