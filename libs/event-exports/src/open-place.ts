import { DomainError } from '#libs/kernel';
import { randomBetween, type S3Access } from '#libs/s3';
import type { ExportPlace } from './export-place.ts';
import { folderPlace } from './folder-place.ts';
import { s3Place } from './s3-place.ts';

/**
 * The place that somebody names: `s3://bucket/prefix`, else a folder.
 * @param random of pauses before S3 is asked again, from 0 to 1
 * @throws DomainError `usage` for another kind of URL: it would be made as a folder of that name
 */
export function openPlace(where: string, s3: S3Access, random: () => number = randomBetween): ExportPlace {
  if (/^s3:\/\//i.test(where)) return s3Place(where, s3, random);
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(where))
    throw new DomainError('invalid', 'usage', `${where} is no folder, and no s3://bucket/prefix.`);
  return folderPlace(where);
}
