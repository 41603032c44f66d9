import { z } from 'zod';
import type { AskedEnvironment, ModelEnvironment } from '#libs/engine';
import { modelName } from '../http/bodies/validation.ts';

const name = z
  .string()
  .min(1)
  .max(60)
  .regex(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/, 'lower-case letters, digits and dashes, such as staging')
  .describe('Such as dev, staging or prod');
const after = modelName
  .nullable()
  .describe('The model of the environment before; only artifacts that are proven there are released here');

/** An environment as models show it. */
export const environment = z.looseObject({ name, after }).meta({ id: 'ModelEnvironment' });

/** The body of PUT /models/{model}/environment; `{}`: none. */
export const modelEnvironment = z
  .strictObject({ name: name.optional(), after: after.optional() })
  .refine(
    ({ name: is, after: of }) => is !== undefined || of === undefined || of === null,
    'after needs a name beside it: {"name": "prod", "after": "fraud-staging"}',
  );

export const askedEnvironment = ({
  name: is,
  after: of = null,
}: z.infer<typeof modelEnvironment>): AskedEnvironment | null =>
  is === undefined ? null : { name: is, after: of };

export const environmentView = ({ name: is, after: of }: ModelEnvironment): AskedEnvironment => ({
  name: is,
  after: of?.name ?? null,
});
