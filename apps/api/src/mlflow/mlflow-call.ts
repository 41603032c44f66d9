import { applyDecorators } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiQuery } from '@nestjs/swagger';
import { z } from 'zod';
import { Answer, schemaOf } from '../openapi/answer.ts';

/** Parameters of MLflow's calls, as documentation: what reads them is `MlflowParams`. */
const text = z.string();
const tag = z.object({ key: z.string().min(1).max(250), value: z.string().max(100_000) });
const PARAMETERS = {
  name: text.min(1),
  new_name: text.min(1).max(256),
  version: z.union([z.string(), z.int()]).describe('A number, as a text'),
  key: text.min(1).max(250),
  value: text.max(100_000),
  alias: text.min(1).max(255),
  description: text,
  source: text.min(1),
  run_id: text,
  run_link: text,
  stage: text.describe('None, Staging, Production or Archived'),
  archive_existing_versions: z.boolean(),
  tags: z.array(tag).max(100),
  stages: z.array(text),
  filter: text.describe("As in MLflow: `name LIKE 'x%' AND tags.k = 'v'`"),
  max_results: z.int().min(0),
  order_by: z.array(text),
  page_token: text,
} as const;
export type MlflowParameter = keyof typeof PARAMETERS;

/** How one of MLflow's calls is documented: what it needs, what it may have, what it answers. */
export function MlflowCall(
  summary: string,
  where: 'query' | 'body',
  needs: readonly MlflowParameter[],
  may: readonly MlflowParameter[],
  answer: z.ZodType,
): MethodDecorator {
  const parameters =
    where === 'query'
      ? [...needs, ...may].map((name) => {
          return ApiQuery({
            ...{ name, required: needs.includes(name), explode: true },
            schema: schemaOf(PARAMETERS[name]),
          });
        })
      : [
          ApiBody({
            schema: schemaOf(
              z.object(
                Object.fromEntries([
                  ...needs.map((name) => [name, PARAMETERS[name]] as const),
                  ...may.map((name) => [name, PARAMETERS[name].optional()] as const),
                ]),
              ),
            ),
          }),
        ];
  return applyDecorators(ApiOperation({ summary }), Answer(answer), ...parameters);
}

const pair = z.looseObject({ key: z.string(), value: z.string() });
const modelVersion = z
  .looseObject({
    name: z.string(),
    version: z.string(),
    creation_timestamp: z.int(),
    last_updated_timestamp: z.int(),
    user_id: z.string(),
    current_stage: z.string(),
    description: z.string(),
    source: z.string(),
    run_id: z.string(),
    run_link: z.string(),
    status: z.string(),
    tags: z.array(pair),
    aliases: z.array(z.string()),
  })
  .meta({ id: 'MlflowModelVersion' });
const registeredModel = z
  .looseObject({
    name: z.string(),
    creation_timestamp: z.int(),
    last_updated_timestamp: z.int(),
    description: z.string().optional(),
    latest_versions: z.array(modelVersion),
    tags: z.array(pair),
    aliases: z.array(z.looseObject({ alias: z.string(), version: z.string() })),
  })
  .meta({ id: 'MlflowRegisteredModel' });

export const MLFLOW_ANSWERS = {
  nothing: z.object({}),
  model: z.looseObject({ registered_model: registeredModel }),
  models: z.looseObject({
    registered_models: z.array(registeredModel),
    next_page_token: z.string().optional(),
  }),
  version: z.looseObject({ model_version: modelVersion }),
  versions: z.looseObject({
    model_versions: z.array(modelVersion),
    next_page_token: z.string().optional(),
  }),
  uri: z.looseObject({ artifact_uri: z.string() }),
} as const;
