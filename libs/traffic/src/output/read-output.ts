import { assertNever } from '#libs/kernel';
import { isTensor, listOf, scalarOf, sizeOf, vectorOf } from '../json/json-tensor.ts';
import { parseOutputPath, readOutputPath, readPieces } from './output-path.ts';
import type { OutputSpec } from './output-spec.ts';
import { DEEPEST_JSON, isSequence, scalarText } from '../payload/index.ts';

/** What an output spec reads from an answer. */
export interface OutputReading {
  readonly label?: string;
  /** The score, or the mean of the scores. */
  readonly score?: number;
  readonly scores?: readonly number[];
  /** How many numbers the answer has, where `scores` are only the first of them. */
  readonly size?: number;
  /** The probability of the most likely class. */
  readonly confidence?: number;
  readonly text?: string;
  /** Of a path with `[*]`: what is read of each instance; score and confidence are then their means. */
  readonly instances?: readonly OutputReading[];
  /** How many instances the answer has; `instances` are the first of them. */
  readonly count?: number;
}

/** Of longer lists all numbers are looked at, and the first ones kept and compared. */
const MOST_NUMBERS = 10_000;
/** Probabilities in single precision do not add up to 1 exactly. */
export const SUM_TOLERANCE = 0.02;
/** What is larger (1e308, say) is no output of a model, and its squares would drown every sum. */
export const LARGEST_NUMBER = 1e15;

/**
 * Reads an answer by a model's output spec.
 * @param answer the parsed JSON; `undefined`: it was no JSON. Of a stream a `text` at `$[*]…` is its pieces, put together
 * @returns `null` where the answer does not have the form that the spec asks for, in any of its instances. NaN and
 * Infinity, and `null`, `"NaN"` and the like in place of a number are such a case; so is a number beyond 1e15, and
 * a batch without an instance.
 */
export function readOutput(answer: unknown, spec: OutputSpec): OutputReading | null {
  if (spec.kind === 'text' && isSequence(answer)) {
    const path = parseOutputPath(spec.path);
    if (path?.keys.length === 0 && path.each !== null) return textOf(readPieces(answer, path.each));
  }
  const [found, confidences] = [at(answer, spec.path), confidencesAt(answer, spec)];
  if (found === undefined || confidences === undefined) return null;
  if (found.kind === 'one') return readInstance(found.value, confidences?.[0], spec);
  if (found.count === 0 || (confidences !== null && confidences.length !== found.values.length)) return null;
  const instances: OutputReading[] = [];
  for (const [i, value] of found.values.entries()) {
    const reading = readInstance(value, confidences?.[i], spec);
    if (reading === null) return null;
    instances.push(reading);
  }
  return batchOf(instances, found.count);
}

const textOf = (text: string | null): OutputReading | null => (text === null ? null : { text });

/** The first values of an output, as its histogram counts them: labels where there are any, else scores. */
export function valuesOf(reading: OutputReading, most: number): readonly (string | number)[] {
  const values: (string | number)[] = [];
  for (const { label, scores, score } of reading.instances ?? [reading]) {
    if (values.length >= most) break;
    if (label !== undefined) values.push(label);
    else values.push(...(scores?.slice(0, most) ?? (score === undefined ? [] : [score])));
  }
  return values.slice(0, most);
}

function at(answer: unknown, text: string): ReturnType<typeof readOutputPath> {
  const path = parseOutputPath(text);
  return path === null ? undefined : readOutputPath(answer, path);
}

/** `null`: the spec names no place of confidence; `undefined`: the answer does not have it. */
function confidencesAt(answer: unknown, spec: OutputSpec): readonly unknown[] | null | undefined {
  if (spec.kind !== 'label' || spec.confidence === undefined) return null;
  const found = at(answer, spec.confidence);
  return found?.kind === 'one' ? [found.value] : found?.values;
}

function batchOf(instances: readonly OutputReading[], count: number): OutputReading {
  const means = (['score', 'confidence'] as const).flatMap((name) => {
    const values = instances.flatMap((instance) => instance[name] ?? []);
    return values.length === 0 ? [] : [[name, meanOf(values)] as const];
  });
  return { ...Object.fromEntries(means), instances, count };
}

/** What is read of one value: the answer's, or that of one instance of a batch. */
function readInstance(value: unknown, confidenceValue: unknown, spec: OutputSpec): OutputReading | null {
  switch (spec.kind) {
    case 'label': {
      const label = scalarText(scalarOf(value));
      if (label === null) return null;
      if (spec.confidence === undefined) return { label };
      const confidence = numberOf(scalarOf(confidenceValue));
      if (confidence === null || confidence < 0 || confidence > 1 + SUM_TOLERANCE) return null;
      return { label, confidence };
    }
    case 'score': {
      const score = numberOf(scalarOf(value));
      return score === null ? null : { score };
    }
    case 'ranking': {
      const numbers = numbersOf(listOf(vectorOf(value)));
      return numbers && { ...numbers, score: meanOf(numbers.scores) };
    }
    case 'probabilities': {
      const list = listOf(vectorOf(value));
      const numbers = numbersOf(list);
      const most = numbers && mostLikely(list ?? []);
      return most && { label: String(most.place), confidence: most.confidence, ...numbers };
    }
    case 'tensor': {
      const numbers = numbersIn(isTensor(value) ? value.data : value);
      if (numbers === null) return null;
      const size = numbers.size ?? numbers.scores.length;
      if (isTensor(value) && value.shape.length > 0 && size !== sizeOf(value)) return null;
      return { ...numbers, score: meanOf(numbers.scores) };
    }
    case 'text': {
      const text = scalarOf(value);
      return typeof text === 'string' ? { text } : null;
    }
    default:
      return assertNever(spec);
  }
}

/** Numbers in order: the first of them, and how many there are, if more. */
interface Numbers {
  readonly scores: readonly number[];
  readonly size?: number;
}

const firstOf = (scores: readonly number[], size: number): Numbers | null =>
  size === 0 ? null : size > scores.length ? { scores, size } : { scores };

/** The numbers of a tensor; `null`: something else is among them, or there are none. */
function numbersIn(value: unknown): Numbers | null {
  // Nearly all: one list of numbers.
  if (Array.isArray(value) && areNumbers(value)) return firstOf(keptOf(value), value.length);
  const scores: number[] = [];
  return firstOf(scores, flatten(value, scores));
}

/** A list is looked at where it is: it is as long as the answer, and costs its memory twice otherwise. */
const keptOf = (list: readonly number[]): readonly number[] =>
  list.length <= MOST_NUMBERS ? list : list.slice(0, MOST_NUMBERS);

function areNumbers(values: readonly unknown[]): values is readonly number[] {
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (typeof value !== 'number' || !(Math.abs(value) <= LARGEST_NUMBER)) return false;
  }
  return true;
}

/**
 * Collects the first numbers in order. A loop, as whoever answers decides how deep it goes.
 * @returns how many there are; 0 when something else is among them, or lists are nested deeper than is read
 */
function flatten(value: unknown, into: number[]): number {
  let size = 0;
  const path: { readonly list: ArrayLike<unknown>; next: number }[] = [{ list: [value], next: 0 }];
  for (let here = path.at(-1); here; here = path.at(-1)) {
    if (here.next === here.list.length) {
      path.pop();
      continue;
    }
    const part = here.list[here.next++];
    const number = numberOf(part);
    const list = number === null ? listOf(part) : undefined;
    if (number !== null) {
      if (size++ < MOST_NUMBERS) into.push(number);
    } else if (list !== undefined && path.length <= DEEPEST_JSON) path.push({ list, next: 0 });
    else return 0;
  }
  return size;
}

/** Integers that no number holds exactly come as `bigint`. */
function numberOf(value: unknown): number | null {
  const number = typeof value === 'bigint' ? Number(value) : value;
  return typeof number === 'number' && Math.abs(number) <= LARGEST_NUMBER ? number : null;
}

/** The numbers of a list; `null`: something else is among them, or there are none. */
function numbersOf(list: ArrayLike<unknown> | undefined): Numbers | null {
  if (list === undefined) return null;
  if (Array.isArray(list) && areNumbers(list)) return firstOf(keptOf(list), list.length);
  const scores: number[] = [];
  for (let i = 0; i < list.length; i++) {
    const number = numberOf(list[i]);
    if (number === null) return null;
    if (i < MOST_NUMBERS) scores.push(number);
  }
  return firstOf(scores, list.length);
}

/** The largest of all probabilities; `null`: they are none. @param list numbers */
function mostLikely(list: ArrayLike<unknown>): { place: number; confidence: number } | null {
  let [sum, most, place] = [0, -1, -1];
  for (let i = 0; i < list.length; i++) {
    const p = Number(list[i]);
    if (p < 0) return null;
    sum += p;
    if (p > most) [most, place] = [p, i];
  }
  return Math.abs(sum - 1) > SUM_TOLERANCE ? null : { place, confidence: Math.min(1, most) };
}

function meanOf(values: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] ?? 0;
  return sum / values.length;
}
