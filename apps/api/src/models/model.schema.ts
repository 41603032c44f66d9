import { z } from 'zod';
import { isOpenUrl } from '#libs/kernel';
import { askedOutputSpec } from '../versions/output-spec.schema.ts';
import { modelName, tagEdits, tags } from '../http/bodies/validation.ts';

/** Filled in for each version; see `servingUrlOf`. */
const PLACEHOLDER = /\{(?:model|version|runId)\}/g;
const servingUrlTemplate = z
  .string()
  .max(2_000)
  .refine((text) => {
    const url = text.replace(PLACEHOLDER, '1');
    return !/[{}]/.test(url) && isOpenUrl(url);
  }, 'a URL that starts with http:// or https://, without a password in it; {model}, {version} and {runId} are filled in');

/** The body of POST /models. */
export const newModel = z.strictObject({
  name: modelName,
  description: z.string().max(10_000).default(''),
  tags: tags.default({}),
  /** The policy of its rollouts; the default policy when left out. */
  policy: z.unknown().optional(),
});

/** The body of PATCH /models/{model}. */
export const modelEdits = z.strictObject({
  name: modelName.optional(),
  description: z.string().max(10_000).optional(),
  tags: tagEdits.optional(),
  autoRollout: z
    .boolean()
    .optional()
    .describe('Versions that MLflow clients register start their rollout at once'),
  primaryAliasStartsRollout: z
    .boolean()
    .optional()
    .describe('Setting the alias `primary` through MLflow starts a rollout; otherwise it is refused'),
  servingUrlTemplate: servingUrlTemplate
    .nullable()
    .optional()
    .describe(
      'Where a version from an MLflow client will answer, as http://models.internal/{model}/{version}',
    ),
  outputSpec: askedOutputSpec
    .nullable()
    .optional()
    .describe(
      "How answers are read of versions that bring no output spec, as all from MLflow's clients; null: as the primary's",
    ),
});
export type ModelEdits = z.infer<typeof modelEdits>;
