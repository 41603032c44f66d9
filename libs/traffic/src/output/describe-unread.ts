import { isObject, isTensor, listOf } from '../json/json-tensor.ts';
import { type Found, parseOutputPath, readOutputPath, stepTo } from './output-path.ts';
import type { JsonKey } from '../json/json-path.ts';
import type { OutputKind, OutputSpec } from './output-spec.ts';
import { readOutput } from './read-output.ts';

/** Why an output spec reads nothing of an answer that is JSON. */
export interface Unread {
  readonly why: 'no_value_at_path' | 'wrong_kind';
  /** What is wrong, and what the answer has instead: its form, never its values. */
  readonly detail: string;
}

const ASKS_FOR: Readonly<Record<OutputKind, string>> = {
  label: 'one text, number, true or false',
  score: 'one number',
  ranking: 'a list of numbers',
  probabilities: 'a list of numbers from 0 on that add up to 1',
  tensor: 'numbers, in lists or lists of lists',
  text: 'one text',
};
const MOST_NAMES = 12;

/**
 * Says what an output spec finds in an answer that it does not read, for whoever wrote the spec.
 * @param answer parsed JSON
 * @returns `null` where the spec reads the answer
 */
export function describeUnread(answer: unknown, spec: OutputSpec): Unread | null {
  if (readOutput(answer, spec) !== null) return null;
  const found = foundAt(answer, spec.path);
  if (found === undefined) return nothingAt(answer, spec.path);
  if (spec.kind === 'label' && spec.confidence !== undefined) {
    if (foundAt(answer, spec.confidence) === undefined) return nothingAt(answer, spec.confidence);
    if (readOutput(answer, { ...spec, confidence: undefined }) !== null)
      return wrong(`at ${spec.confidence} is no probability from 0 to 1 for each label`);
  }
  const asked = `a ${spec.kind} is ${ASKS_FOR[spec.kind]}`;
  if (found.kind === 'one') return wrong(`at ${spec.path} is ${formOf(found.value)}; ${asked}`);
  if (found.count === 0) return wrong(`at ${spec.path} is an empty list`);
  const first = found.values.findIndex(
    (one) => readOutput({ one }, { ...spec, path: '$.one', ...NO_CONFIDENCE }) === null,
  );
  return wrong(`at ${spec.path}, in item ${first}, is ${formOf(found.values[first])}; ${asked}`);
}

const NO_CONFIDENCE = { confidence: undefined };
const wrong = (detail: string): Unread => ({ why: 'wrong_kind', detail });

function foundAt(answer: unknown, text: string): Found | undefined {
  const path = parseOutputPath(text);
  return path === null ? undefined : readOutputPath(answer, path);
}

/** Follows the path as far as it leads. */
function nothingAt(answer: unknown, text: string): Unread {
  const path = parseOutputPath(text);
  const keys: readonly JsonKey[] = path?.keys ?? [];
  let here = answer;
  let way = '$';
  for (const key of keys) {
    const next = stepTo(here, key);
    if (next === undefined) break;
    here = next;
    way += typeof key === 'number' ? `[${key}]` : /^[A-Za-z_][\w-]*$/.test(key) ? `.${key}` : `['${key}']`;
  }
  return {
    why: 'no_value_at_path',
    detail: `at ${text} there is nothing; at ${way} the answer has ${formOf(here)}`,
  };
}

/** The form of a value in words, without what it says. */
export function formOf(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (typeof value === 'string') return 'a text';
  if (typeof value === 'boolean') return 'true or false';
  if (typeof value === 'number' && !Number.isFinite(value)) return `the number ${value}`;
  if (typeof value === 'number' || typeof value === 'bigint') return 'a number';
  const list = listOf(value);
  if (list !== undefined) {
    const [first] = Array.from({ length: Math.min(1, list.length) }, (_, i) => list[i]);
    return list.length === 0 ? 'an empty list' : `a list of ${list.length}, first ${formOf(first)}`;
  }
  if (isTensor(value)) return `a tensor of shape [${value.shape.join(', ')}]`;
  const names = isObject(value) ? Object.keys(value) : [];
  const shown = names.slice(0, MOST_NAMES).map((name) => JSON.stringify(name.slice(0, 40)));
  const more = names.length > MOST_NAMES ? `, … (${names.length} names)` : '';
  return names.length === 0 ? 'an empty object' : `an object with ${shown.join(', ')}${more}`;
}
