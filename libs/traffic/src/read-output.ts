import { assertNever, DEEPEST_JSON } from '#libs/kernel';
import { parseJsonPath, readJsonPath } from './json-path.ts';
import type { OutputSpec } from './output-spec.ts';

/** What an output spec reads from an answer. */
export interface OutputReading {
  readonly label?: string;
  /** The score, or the mean of the scores. */
  readonly score?: number;
  readonly scores?: readonly number[];
  /** The probability of the most likely class. */
  readonly confidence?: number;
}

/** Longer lists are read by their first numbers only: what is read of an answer must cost little. */
const MOST_NUMBERS = 10_000;
/** Probabilities in single precision do not add up to 1 exactly. */
const SUM_TOLERANCE = 0.02;
/** What is larger (1e308, say) is no output of a model, and its squares would drown every sum. */
export const LARGEST_NUMBER = 1e15;

/**
 * Reads an answer by a model's output spec.
 * @param answer the parsed JSON; `undefined`: it was no JSON
 * @returns `null` where the answer does not have the form that the spec asks for. NaN and Infinity
 * have no JSON, so `null`, `"NaN"` and the like in place of a number are such a case; so is a number
 * beyond 1e15.
 */
export function readOutput(answer: unknown, spec: OutputSpec): OutputReading | null {
  const value = at(answer, spec.path);
  switch (spec.kind) {
    case 'label': {
      if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return null;
      if (spec.confidence === undefined) return { label: String(value) };
      const confidence = at(answer, spec.confidence);
      if (!isNumber(confidence) || confidence < 0 || confidence > 1 + SUM_TOLERANCE) return null;
      return { label: String(value), confidence };
    }
    case 'score':
      return isNumber(value) ? { score: value } : null;
    case 'ranking':
      return isNumberList(value) && value.length > 0 ? { scores: value, score: meanOf(value) } : null;
    case 'probabilities': {
      if (!isNumberList(value) || value.length === 0) return null;
      const sum = value.reduce((a, b) => a + b, 0);
      if (Math.abs(sum - 1) > SUM_TOLERANCE || value.some((p) => p < 0)) return null;
      const confidence = Math.min(1, Math.max(...value));
      return { label: String(value.indexOf(Math.max(...value))), confidence, scores: value };
    }
    case 'tensor': {
      const numbers: number[] = [];
      return flatten(value, numbers) && numbers.length > 0
        ? { scores: numbers, score: meanOf(numbers) }
        : null;
    }
    default:
      return assertNever(spec);
  }
}

function at(answer: unknown, path: string): unknown {
  return readJsonPath(answer, parseJsonPath(path) ?? []);
}

/**
 * Collects numbers in order; `false` when something else is among them, or lists are nested deeper than is read. A loop,
 * as whoever answers decides how deep it goes.
 */
function flatten(value: unknown, into: number[]): boolean {
  const path: { readonly list: readonly unknown[]; next: number }[] = [{ list: [value], next: 0 }];
  for (let here = path.at(-1); here; here = path.at(-1)) {
    if (here.next === here.list.length) {
      path.pop();
      continue;
    }
    const part = here.list[here.next++];
    if (isNumber(part)) {
      if (into.length < MOST_NUMBERS) into.push(part);
    } else if (Array.isArray(part) && path.length <= DEEPEST_JSON) path.push({ list: part, next: 0 });
    else return false;
  }
  return true;
}

const isNumber = (value: unknown): value is number =>
  typeof value === 'number' && Math.abs(value) <= LARGEST_NUMBER;
const isNumberList = (value: unknown): value is number[] =>
  Array.isArray(value) && value.length <= MOST_NUMBERS && value.every(isNumber);
const meanOf = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
