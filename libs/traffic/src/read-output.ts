import { assertNever } from '#libs/kernel';
import { isTensor, listOf, scalarOf, vectorOf } from './json-tensor.ts';
import { parseOutputPath, readOutputPath } from './output-path.ts';
import type { OutputSpec } from './output-spec.ts';
import { DEEPEST_JSON, scalarText } from './payload/index.ts';

/** What an output spec reads from an answer. */
export interface OutputReading {
  readonly label?: string;
  /** The score, or the mean of the scores. */
  readonly score?: number;
  readonly scores?: readonly number[];
  /** The probability of the most likely class. */
  readonly confidence?: number;
  readonly text?: string;
  /** Of a path with `[*]`: what is read of each instance; score and confidence are then their means. */
  readonly instances?: readonly OutputReading[];
  /** How many instances the answer has; `instances` are the first of them. */
  readonly count?: number;
}

/** Longer lists are read by their first numbers only: what is read of an answer must cost little. */
const MOST_NUMBERS = 10_000;
/** Probabilities in single precision do not add up to 1 exactly. */
export const SUM_TOLERANCE = 0.02;
/** What is larger (1e308, say) is no output of a model, and its squares would drown every sum. */
export const LARGEST_NUMBER = 1e15;

/**
 * Reads an answer by a model's output spec.
 * @param answer the parsed JSON; `undefined`: it was no JSON
 * @returns `null` where the answer does not have the form that the spec asks for, in any of its instances. NaN and
 * Infinity, and `null`, `"NaN"` and the like in place of a number are such a case; so is a number beyond 1e15, and
 * a batch without an instance.
 */
export function readOutput(answer: unknown, spec: OutputSpec): OutputReading | null {
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
      const scores = numbersOf(vectorOf(value));
      return scores === null ? null : { scores, score: meanOf(scores) };
    }
    case 'probabilities': {
      const scores = numbersOf(vectorOf(value));
      if (scores === null) return null;
      const sum = scores.reduce((a, b) => a + b, 0);
      if (Math.abs(sum - 1) > SUM_TOLERANCE || scores.some((p) => p < 0)) return null;
      const confidence = Math.min(1, Math.max(...scores));
      return { label: String(scores.indexOf(Math.max(...scores))), confidence, scores };
    }
    case 'tensor': {
      const scores = numbersIn(isTensor(value) ? value.data : value);
      return scores === null || scores.length === 0 ? null : { scores, score: meanOf(scores) };
    }
    case 'text': {
      const text = scalarOf(value);
      return typeof text === 'string' ? { text } : null;
    }
    default:
      return assertNever(spec);
  }
}

/** The numbers of a tensor in order, the first of them; `null`: something else is among them. */
function numbersIn(value: unknown): readonly number[] | null {
  // Nearly all: one list of numbers, which is looked at where it is. It is as long as the answer, and costs its memory twice otherwise.
  if (Array.isArray(value) && value.length <= MOST_NUMBERS && areNumbers(value)) return value;
  const scores: number[] = [];
  return flatten(value, scores) ? scores : null;
}

function areNumbers(values: readonly unknown[]): values is readonly number[] {
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (typeof value !== 'number' || !(Math.abs(value) <= LARGEST_NUMBER)) return false;
  }
  return true;
}

/**
 * Collects numbers in order; `false` when something else is among them, or lists are nested deeper than is read. A loop,
 * as whoever answers decides how deep it goes.
 */
function flatten(value: unknown, into: number[]): boolean {
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
      if (into.length < MOST_NUMBERS) into.push(number);
    } else if (list !== undefined && path.length <= DEEPEST_JSON) path.push({ list, next: 0 });
    else return false;
  }
  return true;
}

/** Integers that no number holds exactly come as `bigint`. */
function numberOf(value: unknown): number | null {
  const number = typeof value === 'bigint' ? Number(value) : value;
  return typeof number === 'number' && Math.abs(number) <= LARGEST_NUMBER ? number : null;
}

function numbersOf(value: unknown): readonly number[] | null {
  const list = listOf(value);
  if (list === undefined || list.length === 0 || list.length > MOST_NUMBERS) return null;
  const numbers: number[] = [];
  for (let i = 0; i < list.length; i++) {
    const number = numberOf(list[i]);
    if (number === null) return null;
    numbers.push(number);
  }
  return numbers;
}

function meanOf(values: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] ?? 0;
  return sum / values.length;
}
