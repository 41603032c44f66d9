import { z } from 'zod';
import type { AskedSettings } from '#libs/engine';
import { withoutUndefined } from '#libs/kernel';
import { modelName, tags } from '../http/bodies/validation.ts';
import { callerRules, callers } from '../models/callers.schema.ts';
import { askedEnvironment, modelEnvironment } from '../models/environment.schema.ts';
import { goldenRequests } from '../models/golden.schema.ts';
import { modelEdits } from '../models/model.schema.ts';
import { modelPrices, prices } from '../models/prices.schema.ts';
import { callerSegments, segments } from '../models/segments.schema.ts';

const MOST_MODELS = 100;

/** What a file says of one model: each part as its own PUT takes it. */
const settings = z
  .strictObject({
    ...modelEdits.pick({
      description: true,
      autoRollout: true,
      primaryAliasStartsRollout: true,
      servingUrlTemplate: true,
      outputSpec: true,
    }).shape,
    tags: tags.optional().describe('All tags: those that are not named are removed'),
    policy: z.unknown().optional().describe('As PUT /models/{model}/policy takes it'),
    callers: callers.optional(),
    prices: prices.optional(),
    environment: modelEnvironment.optional().describe('{}: none'),
    golden: goldenRequests.optional(),
    segments: segments.optional(),
  })
  .meta({ id: 'ModelSettings' });
export type SettingsBody = z.infer<typeof settings>;

/** The body of POST /model-settings and /model-settings/plan. */
export const modelSettings = z.strictObject({
  models: z
    .record(modelName, settings)
    .refine((all) => Object.keys(all).length > 0, 'names no model')
    .refine((all) => Object.keys(all).length <= MOST_MODELS, `more than ${MOST_MODELS} models`)
    .describe(
      'By name. A model, or a part of one, that is left out stays as it is; one that is not there is made',
    ),
});

const one = modelName.transform((name) => [name]);
export const namedModels = z.object({
  model: z
    .union([one, z.array(modelName).min(1).max(MOST_MODELS)])
    .describe(`A model, as often as needed (at most ${MOST_MODELS})`),
});

const change = z.looseObject({ part: z.string(), before: z.unknown(), after: z.unknown() });
/** The answer of both. */
export const settingsChanges = z
  .looseObject({
    applied: z.boolean().describe('false: a plan'),
    models: z.array(
      z.looseObject({
        model: z.string(),
        isNew: z.boolean(),
        changes: z.array(change).describe('Parts that are not as they were; before is null for a new model'),
      }),
    ),
    warnings: z
      .array(z.looseObject({ model: z.string(), code: z.string(), pointer: z.string(), detail: z.string() }))
      .describe('Of policies that change: what would keep a gate from judging, as things are set up now'),
  })
  .meta({ id: 'ModelSettingsChanges' });

export const allSettings = z.looseObject({ models: z.record(z.string(), settings) });

/** As the use case takes it; an output spec is settled by then. */
export function askedSettings(body: SettingsBody, outputSpec: unknown): AskedSettings {
  const { description, tags: asked, policy, golden } = body;
  const { autoRollout, primaryAliasStartsRollout, servingUrlTemplate } = body;
  const release = withoutUndefined({
    autoRollout,
    primaryAliasStartsRollout,
    servingUrlTemplate,
    outputSpec,
  });
  return {
    ...withoutUndefined({ description, tags: asked, policy }),
    ...(body.callers && { callers: callerRules(body.callers) }),
    ...(body.prices && { prices: modelPrices(body.prices) }),
    ...(body.environment && { environment: askedEnvironment(body.environment) }),
    ...(golden && { golden: golden.items }),
    ...(body.segments && { segments: callerSegments(body.segments) }),
    ...(Object.keys(release).length > 0 && { release }),
  } as AskedSettings;
}
