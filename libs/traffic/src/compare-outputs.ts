import { assertNever } from '#libs/kernel';
import { parseJsonPath, readJsonPath } from './json-path.ts';
import { kendallTauB } from './kendall-tau.ts';
import type { OutputSpec } from './output-spec.ts';

/** What a caller would have got: status and body text. */
export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** `incomparable`: the primary's own answer cannot be read, so nothing is said about the shadow. */
export type Comparison = 'agree' | 'disagree' | 'incomparable';

/** Rankings longer than this are compared by their first items only; tau is quadratic. */
const MAX_RANKED = 200;

/**
 * Do two answers to the same request agree? With a spec, by what it reads; without one, when both
 * are the same JSON value. An answer of the shadow that cannot be read disagrees; an answer of the
 * primary that cannot be read compares with nothing.
 */
export function compareOutputs(primary: Answer, shadow: Answer, spec: OutputSpec | null): Comparison {
  if (primary.status >= 400) return 'incomparable';
  const expected = parse(primary.body);
  if (expected === undefined) return 'incomparable';
  if (shadow.status >= 400) return 'disagree';
  const actual = parse(shadow.body);
  if (actual === undefined) return 'disagree';
  if (spec === null) return sameJson(expected, actual) ? 'agree' : 'disagree';

  const keys = parseJsonPath(spec.path) ?? [];
  const a = readJsonPath(expected, keys);
  const b = readJsonPath(actual, keys);
  if (a === undefined) return 'incomparable';
  switch (spec.kind) {
    case 'label':
      return sameJson(a, b) ? 'agree' : 'disagree';
    case 'score': {
      if (!isNumber(a)) return 'incomparable';
      return isNumber(b) && Math.abs(a - b) <= spec.tolerance ? 'agree' : 'disagree';
    }
    case 'ranking': {
      if (!isNumberList(a)) return 'incomparable';
      if (!isNumberList(b) || b.length !== a.length) return 'disagree';
      const tau = kendallTauB(a.slice(0, MAX_RANKED), b.slice(0, MAX_RANKED));
      if (tau === null) return sameJson(a, b) ? 'agree' : 'incomparable';
      return tau >= spec.minCorrelation ? 'agree' : 'disagree';
    }
    default:
      return assertNever(spec);
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);
const isNumberList = (value: unknown): value is number[] => Array.isArray(value) && value.every(isNumber);

/** Deep equality of JSON values; the order of keys does not matter. */
function sameJson(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object') return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  return keys.every(
    (key) =>
      Object.hasOwn(b, key) &&
      sameJson((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key]),
  );
}
