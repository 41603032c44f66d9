import { parseJsonPath, readJsonPath } from '../json/json-path.ts';
import { murmur3 } from './murmur3.ts';
import { numberText, scalarText } from '../payload/index.ts';
import { callerText, headerText, unitName } from './unit-name.ts';

/** A named group of a model's callers: by a value of a header or of a place in the body, or by a list of units. */
export type CallerSegment =
  | SegmentByValue
  | {
      readonly from: 'units';
      readonly units: readonly string[];
    };

export interface SegmentByValue {
  readonly from: 'header' | 'json';
  /** A header's name, or a path such as `$.user.plan`. */
  readonly name: string;
  readonly values: readonly string[];
}

/** A segment as it is frozen in a route: its units are not named there. */
export type FrozenSegment =
  | SegmentByValue
  | {
      readonly from: 'units';
      /** Sorted, of 16 hexadecimal digits each, without anything in between. */
      readonly digests: string;
    };

/** Hexadecimal digits of one unit's digest: 64 bits, so that of 10,000 listed units none is taken for another one. */
const DIGITS = 16;
const SEEDS = [101, 102];

export const freezeSegment = (segment: CallerSegment): FrozenSegment =>
  segment.from === 'units'
    ? { from: 'units', digests: [...new Set(segment.units.map(digestOf))].sort().join('') }
    : segment;

const digestOf = (unit: string): string =>
  SEEDS.map((seed) => murmur3(unitName(unit), seed).toString(16).padStart(8, '0')).join('');

/** What is looked at for a request's segments. The body is parsed only where a segment is read there. */
export interface SegmentPlaces {
  readonly unit: string;
  header(name: string): unknown;
  json(): unknown;
}

/** Does a request belong to a segment? */
export function isInSegment(segment: FrozenSegment, places: SegmentPlaces): boolean {
  switch (segment.from) {
    case 'units':
      return isListed(segment.digests, places.unit);
    case 'header':
      return saidInHeader(places.header(segment.name.toLowerCase())).some((one) =>
        segment.values.includes(one),
      );
    case 'json': {
      const path = parseJsonPath(segment.name);
      const found = path === null ? undefined : readJsonPath(places.json(), path);
      const all: readonly unknown[] = Array.isArray(found) ? found : [found];
      return all.some((one) => says(segment.values, one));
    }
  }
}

/** Texts and truth values letter by letter; a number is one, however it is written (`1.0`, `1e21`). */
function says(values: readonly string[], found: unknown): boolean {
  const text = callerText(scalarText(found) ?? '');
  if (values.includes(text)) return true;
  if (typeof found !== 'number' && typeof found !== 'bigint') return false;
  return values.some((one) => numberText(one) === text);
}

/** The value of a header, and each one of a list (RFC 9110 §5.6.1). */
function saidInHeader(value: unknown): readonly string[] {
  if (typeof value !== 'string') return [];
  const text = headerText(value);
  return [text, ...text.split(',')].map(callerText).filter((one) => one !== '');
}

/** Binary search in sorted digests of one length. @param unit as `unitName` calls it, or as the caller does */
export function isListed(digests: string, unit: string): boolean {
  const wanted = digestOf(unit);
  let [low, high] = [0, digests.length / DIGITS];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const here = digests.slice(middle * DIGITS, (middle + 1) * DIGITS);
    if (here === wanted) return true;
    if (here < wanted) low = middle + 1;
    else high = middle;
  }
  return false;
}
