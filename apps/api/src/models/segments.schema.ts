import { z } from 'zod';
import type { CallerSegments } from '#libs/engine';
import { canonicalJson, DomainError, holdsCredential, toPointer } from '#libs/kernel';
import { callerText, type CallerSegment, isSayable, parseJsonPath } from '#libs/traffic';
import { token } from './callers.schema.ts';

const MOST_SEGMENTS = 20;
const MOST_VALUES = 100;
/** Of all lists of a model together: they are in each of its routes. */
const MOST_UNITS = 10_000;

const value = z
  .string()
  .min(1)
  .max(200)
  .refine((text) => text === text.trim(), 'has blanks around it');
const listOf = (one: typeof value) =>
  z.array(one).min(1).max(MOST_VALUES).describe('Whoever has one of these is in the segment');
const values = listOf(value);
/** What no header can carry would be a segment that nobody is in. */
const headerValues = listOf(
  value.refine(isSayable, 'has a line end or a control character: no header can carry it'),
);

/** Its values would be in settings, routes and events. */
const IS_CREDENTIAL =
  'holds what lets somebody in, and the values of a segment are shown to all readers: have your proxy set a header such as x-team';

const byHeader = z.strictObject({
  header: token.describe(
    'Its value, or one of a list with commas, is compared; no header that holds a credential',
  ),
  values: headerValues,
});
const byPath = z.strictObject({
  jsonPath: z
    .string()
    .max(500)
    .refine((text) => (parseJsonPath(text)?.length ?? 0) > 0, 'not a path such as $.user.plan')
    .describe('In the request body; of an array, its items are compared'),
  values,
});
const byUnits = z.strictObject({
  units: z
    .array(z.string().max(16_384).overwrite(callerText).min(1, 'is blank'))
    .min(1)
    .max(MOST_UNITS)
    .describe('As the caller rules read them: users, sessions, devices. Blanks around them are taken away'),
});

/** The body of PUT /models/{model}/segments: segments by name. `assertNoNewCredentials` asks more of it. */
export const segments = z
  .record(
    z
      .string()
      .regex(/^[a-z0-9][a-z0-9._-]{0,62}$/, 'not a name such as staff: a-z, 0-9, dot, hyphen, underscore'),
    z.union([byHeader, byPath, byUnits], 'one of { header, values }, { jsonPath, values }, { units }'),
  )
  .refine((all) => Object.keys(all).length <= MOST_SEGMENTS, `more than ${MOST_SEGMENTS} segments`)
  .refine(
    (all) =>
      Object.values(all).reduce((sum, one) => sum + ('units' in one ? one.units.length : 0), 0) <= MOST_UNITS,
    `more than ${MOST_UNITS} units in all lists together; let a header say who is in`,
  )
  .meta({ id: 'CallerSegments' });
type Segments = z.infer<typeof segments>;

/**
 * No segment goes by what lets somebody in, but for one that is there already, just so: releases of before took it, and what is shown of a
 * model is taken again.
 * @param at where the segments are in what was sent
 * @throws DomainError `request_invalid` with each place
 */
export function assertNoNewCredentials(asked: Segments, kept: CallerSegments, at = ''): void {
  const errors = Object.entries(asked).flatMap(([name, one]) => {
    const [field, read] =
      'header' in one ? ['header', one.header] : 'jsonPath' in one ? ['jsonPath', one.jsonPath] : [];
    if (field === undefined || read === undefined || !holdsCredential(read)) return [];
    const there = kept.get(name);
    if (there !== undefined && canonicalJson(one) === canonicalJson(viewOf(there))) return [];
    return [{ pointer: at + toPointer([name, field]), detail: IS_CREDENTIAL }];
  });
  if (errors.length > 0)
    throw new DomainError('invalid', 'request_invalid', 'The request has mistakes; see errors.', errors);
}

export const callerSegments = (asked: Segments): CallerSegments =>
  new Map(Object.entries(asked).map(([name, one]) => [name, segmentOf(one)]));

function segmentOf(asked: Segments[string]): CallerSegment {
  if ('units' in asked) return { from: 'units', units: [...new Set(asked.units)] };
  return 'header' in asked
    ? { from: 'header', name: asked.header, values: asked.values }
    : { from: 'json', name: asked.jsonPath, values: asked.values };
}

export const segmentsView = (known: CallerSegments): Segments =>
  Object.fromEntries([...known].map(([name, one]) => [name, viewOf(one)]));

function viewOf(segment: CallerSegment): Segments[string] {
  if (segment.from === 'units') return { units: [...segment.units] };
  const { name, values: all } = segment;
  return segment.from === 'header'
    ? { header: name, values: [...all] }
    : { jsonPath: name, values: [...all] };
}
