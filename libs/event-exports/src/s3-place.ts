import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { DomainError } from '#libs/kernel';
import {
  type OpenedS3,
  openS3,
  pauseMs,
  randomBetween,
  S3_ATTEMPTS,
  type S3Access,
  s3StatusOf as statusOf,
} from '#libs/s3';
import type { ExportPlace } from './export-place.ts';
import { hadAlready } from './s3-rest.ts';

/** What S3 takes in one request. */
const MOST_BYTES = 5 * 1024 ** 3;

/** Where `s3://bucket/prefix` is; `null`: it is no such place. Pure. */
function bucketOf(where: string): { readonly bucket: string; readonly prefix: string } | null {
  const [, bucket, prefix = ''] =
    /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(.*))?$/su.exec(where) ?? [];
  if (bucket === undefined) return null;
  const names = prefix.split('/').filter((name) => name !== '');
  if (names.some((name) => name === '.' || name === '..')) return null;
  return { bucket, prefix: names.map((name) => `${name}/`).join('') };
}

/**
 * A prefix of a bucket. The server must know conditional writes (`If-None-Match: *`), as AWS does: without them two runs could write one name.
 * @param random of pauses before something is asked again, from 0 to 1
 */
export function s3Place(
  where: string,
  settings: S3Access,
  random: () => number = randomBetween,
): ExportPlace {
  const place = bucketOf(where);
  if (place === null)
    throw new DomainError('invalid', 'usage', `${where} is no s3://bucket, or s3://bucket/prefix.`);
  const { bucket, prefix } = place;
  let made: Promise<OpenedS3> | null = null;
  const api = (): Promise<OpenedS3> => (made ??= openS3(settings, random));
  const at = (file: string): { Bucket: string; Key: string } => ({ Bucket: bucket, Key: prefix + file });

  const read = (file: string): AsyncIterable<Buffer> =>
    readObject(api, at(file), random, `${where}: ${file}`);

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
          if (attempt === S3_ATTEMPTS || !mayPass(error)) throw error;
          await sleep(pauseMs(attempt, random));
        }
      } catch (error) {
        throw failed(`${where}: ${file}`, error);
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
  };
}

/** The bytes of an object. What breaks off on its way goes on from there, of the same object only. */
async function* readObject(
  api: () => Promise<OpenedS3>,
  place: { readonly Bucket: string; readonly Key: string },
  random: () => number,
  what: string,
): AsyncIterable<Buffer> {
  let [from, tag, inARow] = [0, undefined as string | undefined, 0];
  for (;;) {
    let isOnItsWay = false;
    try {
      const { sdk, client } = await api();
      const rest = from === 0 ? {} : { Range: `bytes=${from}-`, IfMatch: tag };
      const answer = await client.send(new sdk.GetObjectCommand({ ...place, ...rest }));
      const { Body, ETag, ContentRange: contentRange, $metadata } = answer;
      let had = hadAlready(from, tag, { status: $metadata.httpStatusCode, contentRange, tag: ETag });
      tag ??= ETag;
      if (!(Body instanceof Readable)) throw new Error('it has no content');
      isOnItsWay = true;
      for await (const chunk of Body) {
        const more = (chunk as Buffer).subarray(had);
        had -= (chunk as Buffer).length - more.length;
        if (more.length === 0) continue;
        [from, inARow] = [from + more.length, 0];
        yield more;
      }
      return;
    } catch (error) {
      // The client itself has asked often enough.
      const mayGoOn = isOnItsWay && (from === 0 || tag !== undefined) && ++inARow < S3_ATTEMPTS;
      if (!mayGoOn) throw failed(what, error);
      await sleep(pauseMs(inARow, random));
    }
  }
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
