import { z } from 'zod';

const list = z
  .string()
  .transform((text) => text.split(',').map((one) => one.trim()))
  .refine(
    (all) => all.every((one) => /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](\/[^,]*)?$/.test(one)),
    'not buckets, or buckets with a prefix, with commas between: models,shared/models',
  );

/** Where `s3://` artifacts may lie, and how they are asked for; credentials come by AWS's own variables and files. */
export const s3Settings = {
  /** Unset: `s3://` is not read. */
  ARTIFACT_S3_BUCKETS: list.optional(),
  /** Unset: AWS. */
  ARTIFACT_S3_ENDPOINT: z
    .url({ protocol: /^https?$/, error: 'not a URL that starts with http:// or https://' })
    .optional(),
  ARTIFACT_S3_REGION: z.string().min(1).optional(),
  /** Unset: where an endpoint is set. */
  ARTIFACT_S3_PATH_STYLE: z.enum(['on', 'off'], { error: 'on or off' }).optional(),
};

type Settings = z.output<z.ZodObject<typeof s3Settings>>;

/** `null`: `s3://` is not read. */
export function s3Config(env: Settings) {
  const {
    ARTIFACT_S3_BUCKETS: buckets,
    ARTIFACT_S3_ENDPOINT: endpoint = null,
    ARTIFACT_S3_PATH_STYLE: style,
  } = env;
  if (buckets === undefined) return null;
  return {
    ...{ buckets, endpoint },
    // What speaks like S3 takes any; its signature needs one.
    region: env.ARTIFACT_S3_REGION ?? (endpoint === null ? null : 'us-east-1'),
    pathStyle: style === undefined ? endpoint !== null : style === 'on',
  };
}

/** What AWS's own chain of credentials reads of the environment. */
export const S3_SECRETS = ['AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'];
