import { z } from 'zod';
import type { EventExport } from '#libs/engine';
import { listOf, nullableTime, pageOf, time } from '../openapi/answer.ts';
import { eventAnswer } from '../rollouts/rollout.answer.ts';

export const eventExportAnswer = z
  .looseObject({
    number: z.int(),
    file: z.string(),
    place: z.string().describe('The folder that it was written to'),
    sha256: z.string(),
    key: z.string().describe('Ed25519, the public one (SPKI, base64): keep it elsewhere'),
    events: z.int(),
    firstAt: time.describe('The earliest of its events'),
    lastAt: time,
    madeAt: time,
    detachedAt: nullableTime.describe('null: not all of its events have left the database'),
  })
  .meta({ id: 'EventExport' });

const detached = z
  .array(eventExportAnswer)
  .describe(
    'Files that have events of this time which are in the database no more, newest first; at most 100',
  );
/** Events of a rollout, and where others of them went. */
export const rolloutEventsAnswer = listOf(eventAnswer).extend({ detached });
export const auditAnswer = pageOf(eventAnswer).extend({ detached });

const iso = (at: number): string => new Date(at).toISOString();

export const exportView = ({ firstAt, lastAt, madeAt, detachedAt, ...one }: EventExport) => ({
  ...one,
  firstAt: iso(firstAt),
  lastAt: iso(lastAt),
  madeAt: iso(madeAt),
  detachedAt: detachedAt === null ? null : iso(detachedAt),
});
