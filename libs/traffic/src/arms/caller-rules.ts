import { parseJsonPath, readJsonPath } from '../json/json-path.ts';
import { scalarText } from '../payload/index.ts';
import type { PredictionRules } from '../answers/prediction.ts';
import { callerText, headerText, unitName } from './unit-name.ts';

/** Where the unit of a request is read. `name` is a header's, a cookie's, or a path such as `$.user.id`. */
export interface UnitSource {
  readonly from: 'header' | 'cookie' | 'json';
  readonly name: string;
}

/** A model's own setting: how its callers are told apart, and what may be done with their requests. */
export interface CallerRules {
  readonly unit: UnitSource;
  /** A POST or PATCH does no harm when model servers see it twice, as a prediction does not. */
  readonly repeatable: boolean;
  /** Which requests are predictions; left out: as the protocols say (`isPrediction`). */
  readonly predictions?: PredictionRules;
}

export const DEFAULT_CALLER_RULES: CallerRules = {
  unit: { from: 'header', name: 'x-understudy-unit' },
  repeatable: true,
};

/** What is looked at for a unit; the body is parsed only where the rule says so. */
export interface UnitPlaces {
  header(name: string): unknown;
  json(): unknown;
}

/** The unit of a request, as `unitName` calls it; `null` where the request names none. */
export function unitOf(source: UnitSource, places: UnitPlaces): string | null {
  switch (source.from) {
    case 'header':
      return inHeader(places.header(source.name.toLowerCase()));
    case 'cookie':
      return inHeader(cookieOf(places.header('cookie'), source.name));
    case 'json': {
      const path = parseJsonPath(source.name);
      return path === null ? null : named(readJsonPath(places.json(), path));
    }
  }
}

/** The first cookie of a name, as it was sent (RFC 6265 §5.4), without the quotes that may surround it. */
function cookieOf(header: unknown, name: string): string | null {
  if (typeof header !== 'string') return null;
  for (const pair of header.split(';')) {
    const equals = pair.indexOf('=');
    if (equals < 0 || callerText(pair.slice(0, equals)) !== name) continue;
    return callerText(pair.slice(equals + 1)).replace(/^"(.*)"$/, '$1');
  }
  return null;
}

const inHeader = (value: unknown): string | null =>
  named(typeof value === 'string' ? headerText(value) : value);

function named(value: unknown): string | null {
  const text = scalarText(value);
  return text === null ? null : unitName(text) || null;
}

const ALWAYS_REPEATABLE = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE']);

/** May this request be sent twice? By method (RFC 9110 §9.2.2), or by the model's own rule. */
export const isRepeatable = (rules: CallerRules, method: string): boolean =>
  rules.repeatable || ALWAYS_REPEATABLE.has(method);
