import { Readable } from 'node:stream';
import { FolderMistake, MOST_FILES } from '#libs/folders';
import { openS3, randomBetween, type S3Access, s3StatusOf as statusOf } from '#libs/s3';
import type { ArtifactSource, FolderEntry, OpenedFile } from '../artifact-source.ts';
import { isAwayCode, isAwayStatus, PlaceAway } from '../place-away.ts';

export interface S3Settings extends S3Access {
  /** `bucket`, or `bucket/prefix`: nothing else is read. */
  readonly buckets: readonly string[];
}

interface Place {
  readonly bucket: string;
  readonly key: string;
}
interface Found {
  readonly size: number | null;
  readonly etag: string | undefined;
  readonly changedAt: Date | undefined;
}

/** The bucket and the key of `s3://bucket/key`, as they are written; `null`: it is none. Pure. */
export function s3Place(uri: string): Place | null {
  const [, bucket = '', key = ''] =
    /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(.*))?$/su.exec(uri) ?? [];
  return bucket === '' ? null : { bucket, key };
}

/**
 * May this place be read? By names: the prefix `a` is not of `ab`. To S3 `..` is a name like others; what speaks like it, or
 * stands before it, may go up by it: such a key is never read. Pure.
 */
export function isListed({ bucket, key }: Place, buckets: readonly string[]): boolean {
  if (key.split('/').some((name) => name === '.' || name === '..')) return false;
  return buckets.some((one) => {
    const [listed, ...names] = one.replace(/\/+$/, '').split('/');
    const prefix = names.join('/');
    return listed === bucket && (prefix === '' || key === prefix || key.startsWith(`${prefix}/`));
  });
}

/**
 * `s3://bucket/key`: an object, or all below a prefix. Credentials come by the SDK's usual chain.
 * @param random of pauses before something is asked again, from 0 to 1
 */
export function s3Source(settings: S3Settings, random: () => number = randomBetween): ArtifactSource {
  let made: Promise<Api> | null = null;
  return {
    protocols: ['s3:'],
    pin: async (uri) => uri,
    find: async (uri) => {
      const place = s3Place(uri);
      if (place === null) throw new Error('it is no s3://bucket/key');
      if (!isListed(place, settings.buckets))
        throw new Error('s3:// is read only from the buckets and prefixes of ARTIFACT_S3_BUCKETS');
      const api = await (made ??= openApi(settings, random));
      const object = place.key === '' || place.key.endsWith('/') ? null : await api.head(place);
      if (object) return { kind: 'file', open: () => api.open(place, object) };
      const files = await api.list(place);
      if (files.length === 0) throw new Error('there is neither an object nor a prefix of this name');
      return {
        kind: 'folder',
        files,
        assertUnchanged: async () => {
          const text = (entries: readonly FolderEntry[]) =>
            entries.map(({ path, stamp }) => JSON.stringify([path, stamp])).join();
          if (text(await api.list(place)) !== text(files))
            throw new Error('its objects change while they are read; register it when they are written');
        },
      };
    },
  };
}

interface Api {
  /** `null`: there is no such object. */
  head(place: Place): Promise<Found | null>;
  /** Everything below a prefix, by its path there. */
  list(place: Place): Promise<readonly FolderEntry[]>;
  /** The bytes of that very object. @throws Error when it is another one by now */
  open(place: Place, found: Found): Promise<OpenedFile>;
}

async function openApi(settings: S3Settings, random: () => number): Promise<Api> {
  const { sdk, client } = await openS3(settings, random);
  const open: Api['open'] = async ({ bucket, key }, { etag, size }) => {
    const command = new sdk.GetObjectCommand({
      Bucket: bucket,
      Key: key,
      ...(etag ? { IfMatch: etag } : {}),
    });
    const { Body, ContentLength } = await client.send(command).catch(failed);
    return {
      source: Body instanceof Readable ? Body : Readable.from([]),
      length: ContentLength ?? size,
      manner: '',
    };
  };
  return {
    open,
    head: async ({ bucket, key }) => {
      const found = await client
        .send(new sdk.HeadObjectCommand({ Bucket: bucket, Key: key }))
        .catch((error: unknown) => {
          if (statusOf(error) === 404) return null;
          return failed(error);
        });
      return found && { size: found.ContentLength ?? null, etag: found.ETag, changedAt: found.LastModified };
    },
    list: async ({ bucket, key }) => {
      const prefix = key === '' || key.endsWith('/') ? key : `${key}/`;
      const entries: FolderEntry[] = [];
      for (let token: string | undefined, more = true; more;) {
        const page = await client
          .send(
            new sdk.ListObjectsV2Command({
              Bucket: bucket,
              Prefix: prefix,
              ...(token ? { ContinuationToken: token } : {}),
            }),
          )
          .catch(failed);
        for (const {
          Key: at = '',
          Size: size = null,
          ETag: etag,
          LastModified: changedAt,
        } of page.Contents ?? []) {
          // Consoles make such an object for an empty folder.
          if (at.endsWith('/')) continue;
          const found: Found = { size, etag, changedAt };
          const stamp = etag === undefined ? null : `${etag} ${changedAt?.toISOString() ?? ''}`;
          entries.push({
            path: at.slice(prefix.length),
            size,
            stamp,
            open: () => open({ bucket, key: at }, found),
          });
        }
        if (entries.length > MOST_FILES) throw new FolderMistake(`it has more than ${MOST_FILES} files`);
        const next = page.NextContinuationToken;
        more = page.IsTruncated === true;
        // A part of a folder is another folder, and nobody would notice.
        if (more && (next === undefined || next === token))
          throw new Error('S3 says that there are more objects, and not how to ask for them');
        token = next;
      }
      return entries;
    },
  };
}

/** Of a connection that failed, or the name of what did. */
const codeOf = (error: unknown): string => (error as { code?: string }).code ?? (error as Error).name;

/** S3's own word for it, and what it is. */
function failed(error: unknown): never {
  const { name, message } = error as Error;
  const status = statusOf(error);
  if (status === 412) throw new Error('an object changes while it is read; register it when it is written');
  const words =
    status === 0
      ? `${name}: ${message}`
      : `S3 answers ${status} ${name}${message === name ? '' : `: ${message}`}`;
  // Without a status nobody answered, unless we could not ask.
  const isAway = isAwayStatus(status) || (status === 0 && isAwayCode(codeOf(error)));
  throw isAway ? new PlaceAway(words) : new Error(words);
}
