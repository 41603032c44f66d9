import { randomInt } from 'node:crypto';
import type { S3Client } from '@aws-sdk/client-s3';
import { S3_ATTEMPTS, s3Retries } from './retries.ts';

/** How a bucket is asked; credentials come by the SDK's usual chain. */
export interface S3Access {
  /** `null`: AWS. */
  readonly endpoint: string | null;
  /** `null`: as the usual chain says (`AWS_REGION`, `~/.aws/config`). */
  readonly region: string | null;
  /** The bucket is in the path, not in the host. */
  readonly pathStyle: boolean;
}

export interface OpenedS3 {
  readonly sdk: typeof import('@aws-sdk/client-s3');
  readonly client: S3Client;
}

const CONNECT_MS = 5_000;
const SILENT_MS = 60_000;
const RESOLUTION = 2 ** 32;
/** From 0 to 1. */
export const randomBetween = (): number => randomInt(RESOLUTION) / RESOLUTION;

const nothing = (): void => undefined;
/** What fails is told once, in our words. */
const QUIET = { debug: nothing, info: nothing, warn: nothing, error: nothing };

/**
 * A client that asks again what may be well in a moment (`s3Retries`), but for what is sent as a stream: that can be sent once. The
 * SDK is loaded now: it is a large library.
 * @param random of the pauses, from 0 to 1
 */
export async function openS3(
  { endpoint, region, pathStyle }: S3Access,
  random: () => number,
): Promise<OpenedS3> {
  const sdk = await import('@aws-sdk/client-s3');
  const client = new sdk.S3Client({
    ...(endpoint === null ? {} : { endpoint }),
    ...(region === null ? {} : { region }),
    forcePathStyle: pathStyle,
    maxAttempts: S3_ATTEMPTS,
    retryStrategy: s3Retries(random),
    logger: QUIET,
    requestHandler: { connectionTimeout: CONNECT_MS, socketTimeout: SILENT_MS },
    // Digests of ours are checked, and what speaks like S3 may know no other.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  });
  return { sdk, client };
}

/** The status that S3 has answered with; 0: nobody answered. */
export const s3StatusOf = (error: unknown): number =>
  (error as { $metadata?: { httpStatusCode?: number } } | null)?.$metadata?.httpStatusCode ?? 0;
