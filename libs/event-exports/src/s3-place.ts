import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import type { S3Client } from '@aws-sdk/client-s3';
import { DomainError } from '#libs/kernel';
import type { ExportPlace } from './export-place.ts';

/** How a bucket is asked; credentials come by the SDK's usual chain. */
export interface ExportS3 {
  /** `null`: AWS. */
  readonly endpoint: string | null;
  /** `null`: as the usual chain says (`AWS_REGION`, `~/.aws/config`). */
  readonly region: string | null;
  /** The bucket is in the path, not in the host. */
  readonly pathStyle: boolean;
}

/** What S3 takes in one request. */
const MOST_BYTES = 5 * 1024 ** 3;
const CONNECT_MS = 5_000;
const SILENT_MS = 60_000;
const ATTEMPTS = 3;

/** Where `s3://bucket/prefix` is; `null`: it is no such place. Pure. */
function bucketOf(where: string): { readonly bucket: string; readonly prefix: string } | null {
  const [, bucket, prefix = ''] =
    /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(.*))?$/su.exec(where) ?? [];
  if (bucket === undefined) return null;
  const names = prefix.split('/').filter((name) => name !== '');
  if (names.some((name) => name === '.' || name === '..')) return null;
  return { bucket, prefix: names.map((name) => `${name}/`).join('') };
}

/** A prefix of a bucket. The server must know conditional writes (`If-None-Match: *`), as AWS does: without them two runs could write one name. */
export function s3Place(where: string, settings: ExportS3): ExportPlace {
  const place = bucketOf(where);
  if (place === null)
    throw new DomainError('invalid', 'usage', `${where} is no s3://bucket, or s3://bucket/prefix.`);
  const { bucket, prefix } = place;
  let made: Promise<{ sdk: typeof import('@aws-sdk/client-s3'); client: S3Client }> | null = null;
  // Loaded when it is needed: it is a large library.
  const api = (): NonNullable<typeof made> => (made ??= opened(settings));
  const at = (file: string): { Bucket: string; Key: string } => ({ Bucket: bucket, Key: prefix + file });

  async function* read(file: string): AsyncIterable<Buffer> {
    try {
      const { sdk, client } = await api();
      const { Body } = await client.send(new sdk.GetObjectCommand(at(file)));
      if (!(Body instanceof Readable)) throw new Error('it has no content');
      for await (const chunk of Body) yield chunk as Buffer;
    } catch (error) {
      throw failed(`${where}: ${file}`, error);
    }
  }

  return {
    name: where,
    read,
    list: async () => {
      const { sdk, client } = await api();
      const names: string[] = [];
      for (let token: string | undefined, more = true; more;) {
        const page = await client
          .send(
            new sdk.ListObjectsV2Command({
              ...{ Bucket: bucket, Prefix: prefix, Delimiter: '/' },
              ...(token === undefined ? {} : { ContinuationToken: token }),
            }),
          )
          .catch((error: unknown) => {
            throw failed(where, error);
          });
        names.push(...(page.Contents ?? []).map(({ Key = '' }) => Key.slice(prefix.length)).filter(Boolean));
        more = page.IsTruncated === true;
        // Part of a list would be taken for files that are missing.
        if (more && (page.NextContinuationToken ?? token) === token)
          throw failed(where, new Error('it says that there are more objects, and not how to ask for them'));
        token = page.NextContinuationToken;
      }
      return names;
    },
    write: async (file, content) => {
      const folder = await mkdtemp(path.join(tmpdir(), 'understudy-export-'));
      try {
        const spooled = await spool(path.join(folder, 'part'), content);
        if (spooled.bytes > MOST_BYTES)
          throw new Error(
            'it is more than 5 GiB, which is the most of one object here; use a smaller --most',
          );
        const { sdk, client } = await api();
        for (let attempt = 1; ; attempt++) {
          const sent = client.send(
            new sdk.PutObjectCommand({
              ...at(file),
              Body: createReadStream(path.join(folder, 'part')),
              ...{ ContentLength: spooled.bytes, ChecksumSHA256: spooled.sum, IfNoneMatch: '*' },
            }),
          );
          const error = await sent.then(
            () => null,
            (found: unknown) => found ?? new Error('S3 failed'),
          );
          if (error === null) return;
          // An attempt whose answer was lost may have written it.
          if (attempt > 1 && statusOf(error) === 412 && (await sumOf(read(file))) === spooled.sum) return;
          if (attempt === ATTEMPTS || !mayPass(error)) throw error;
        }
      } catch (error) {
        throw failed(`${where}: ${file}`, error);
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
  };
}

const nothing = (): void => undefined;
/** What fails is told once, in our words. */
const QUIET = { debug: nothing, info: nothing, warn: nothing, error: nothing };

async function opened({ endpoint, region, pathStyle }: ExportS3) {
  const sdk = await import('@aws-sdk/client-s3');
  const client = new sdk.S3Client({
    ...(endpoint === null ? {} : { endpoint }),
    ...(region === null ? {} : { region }),
    forcePathStyle: pathStyle,
    // A stream can be sent once; `write` tries again with another one.
    maxAttempts: 1,
    logger: QUIET,
    requestHandler: { connectionTimeout: CONNECT_MS, socketTimeout: SILENT_MS },
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  });
  return { sdk, client };
}

/** S3 wants to know how long an object is, and its digest, before it comes. */
async function spool(
  file: string,
  content: AsyncIterable<Buffer>,
): Promise<{ readonly bytes: number; readonly sum: string }> {
  const sum = createHash('sha256');
  let bytes = 0;
  const handle = await open(file, 'wx', 0o600);
  try {
    for await (const chunk of content) {
      sum.update(chunk);
      bytes += chunk.length;
      for (let from = 0; from < chunk.length;) from += (await handle.write(chunk, from)).bytesWritten;
    }
  } finally {
    await handle.close();
  }
  return { bytes, sum: sum.digest('base64') };
}

async function sumOf(content: AsyncIterable<Buffer>): Promise<string> {
  const sum = createHash('sha256');
  for await (const chunk of content) sum.update(chunk);
  return sum.digest('base64');
}

const statusOf = (error: unknown): number =>
  (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode ?? 0;
const mayPass = (error: unknown): boolean =>
  [0, 408, 429].includes(statusOf(error)) || statusOf(error) >= 500;

const WORDS: Readonly<Record<number, string>> = {
  412: 'a file of that name is there already',
  501: 'this server knows no conditional writes (If-None-Match), by which two runs cannot write one file; export to a folder',
};

function failed(what: string, error: unknown): unknown {
  if (error instanceof DomainError) return error;
  const { name, message } = error as Error;
  const status = statusOf(error);
  const because =
    WORDS[status] ??
    (status === 0
      ? message || name
      : `S3 answers ${status} ${name}${message === name ? '' : `: ${message}`}`);
  return new DomainError('unavailable', 'export_place_failed', `${what}: ${because}. No event was deleted.`);
}
