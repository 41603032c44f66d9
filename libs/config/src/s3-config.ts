import { z } from 'zod';

const list = z
  .string()
  .transform((text) => text.split(',').map((one) => one.trim()))
  .refine(
    (all) => all.every((one) => /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](\/[^,]*)?$/.test(one)),
    'not buckets, or buckets with a prefix, with commas between: models,shared/models',
  );

const endpoint = z
  .url({ protocol: /^https?$/, error: 'not a URL that starts with http:// or https://' })
  .optional();
const region = z.string().min(1).optional();
const pathStyle = z.enum(['on', 'off'], { error: 'on or off' }).optional();

/** Where `s3://` artifacts may lie, and how they are asked for; credentials come by AWS's own variables and files. */
export const s3Settings = {
  /** Unset: `s3://` is not read. */
  ARTIFACT_S3_BUCKETS: list.optional(),
  /** Unset: AWS. */
  ARTIFACT_S3_ENDPOINT: endpoint,
  ARTIFACT_S3_REGION: region,
  /** Unset: where an endpoint is set. */
  ARTIFACT_S3_PATH_STYLE: pathStyle,
  /** Where `s3://` of exported events is: another server than that of artifacts, or none that is asked for those. Unset: AWS. */
  EXPORT_S3_ENDPOINT: endpoint,
  EXPORT_S3_REGION: region,
  EXPORT_S3_PATH_STYLE: pathStyle,
};

type Settings = z.output<z.ZodObject<typeof s3Settings>>;

/** `null`: `s3://` is not read. */
export function s3Config(env: Settings) {
  const { ARTIFACT_S3_BUCKETS: buckets } = env;
  if (buckets === undefined) return null;
  return {
    buckets,
    ...asked(env.ARTIFACT_S3_ENDPOINT, env.ARTIFACT_S3_REGION, env.ARTIFACT_S3_PATH_STYLE),
  };
}

/** How the bucket of `understudy audit export s3://…` is asked. */
export const exportS3Config = (env: Settings) =>
  asked(env.EXPORT_S3_ENDPOINT, env.EXPORT_S3_REGION, env.EXPORT_S3_PATH_STYLE);

const asked = (endpoint: string | null = null, region?: string, style?: 'on' | 'off') => ({
  endpoint,
  // What speaks like S3 takes any; its signature needs one.
  region: region ?? (endpoint === null ? null : 'us-east-1'),
  pathStyle: style === undefined ? endpoint !== null : style === 'on',
});

/** What AWS's own chain of credentials reads of the environment. */
export const S3_SECRETS = ['AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'];
