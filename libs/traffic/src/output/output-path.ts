import { type JsonKey, parseJsonPath } from '../json/json-path.ts';
import { isObject, isTensor, listOf, rowOf, rowsOf } from '../json/json-tensor.ts';

/** Where outputs stand in an answer: one place, or one in each item of a list. */
export interface OutputPath {
  readonly keys: readonly JsonKey[];
  /** The keys behind `[*]`, in each instance; `null`: the path has none, and names one place. */
  readonly each: readonly JsonKey[] | null;
}

/** What stands at an output path. */
export type Found =
  | { readonly kind: 'one'; readonly value: unknown }
  /** The first instances, and how many there are. */
  | { readonly kind: 'many'; readonly values: readonly unknown[]; readonly count: number };

/** Instances of one answer that are read; the others are only counted. */
export const MOST_INSTANCES = 1_000;
const EVERY = '[*]';
/** `[*]` outside of quoted names. */
const EVERY_OUTSIDE = /\[\*\](?=(?:[^']*'[^']*')*[^']*$)/;
const parsed = new Map<string, OutputPath | null>();
const MOST_KNOWN = 1_000;

/**
 * Reads the path of an output spec: `$`, then names (`.label`, `['my label']`) and indexes (`[0]`), and at most one
 * `[*]`, which stands for every instance of a batch: `$.predictions[*].label`.
 * @returns `null` when the text is no such path
 */
export function parseOutputPath(text: string): OutputPath | null {
  const known = parsed.get(text);
  if (known !== undefined) return known;
  const path = parse(text);
  if (parsed.size >= MOST_KNOWN) parsed.clear();
  parsed.set(text, path);
  return path;
}

function parse(text: string): OutputPath | null {
  const [before = '', after, ...more] = text.includes(EVERY) ? text.split(EVERY_OUTSIDE) : [text];
  if (more.length > 0) return null;
  const keys = parseJsonPath(before);
  const each = after === undefined ? null : parseJsonPath(`$${after}`);
  return keys === null || (after !== undefined && each === null) ? null : { keys, each };
}

/**
 * What stands at an output path. A name on a list means the item that has it as its `name`, and Open Inference
 * tensors (`datatype`, `shape`, `data`) have as many indexes as their shape.
 * @returns `undefined` where the answer has no such place, or `[*]` meets no list
 */
export function readOutputPath(answer: unknown, { keys, each }: OutputPath): Found | undefined {
  const value = follow(answer, keys);
  if (value === undefined) return undefined;
  if (each === null) return { kind: 'one', value };
  const count = isTensor(value) ? rowsOf(value) : listOf(value)?.length;
  if (count === undefined) return undefined;
  const values: unknown[] = [];
  for (let i = 0; i < Math.min(count, MOST_INSTANCES); i++) values.push(follow(stepTo(value, i), each));
  return { kind: 'many', values, count };
}

/**
 * The pieces of a text that the events or lines of a stream bring: what stands at the keys of each, in their order. An event
 * without any (a role, a reason to stop, the usage) is left out.
 * @returns `null` where none has one, or something else than a text stands there
 */
export function readPieces(sequence: readonly unknown[], keys: readonly JsonKey[]): string | null {
  const pieces: string[] = [];
  for (const one of sequence) {
    const piece = follow(one, keys);
    if (typeof piece === 'string') pieces.push(piece);
    // A field may be null; an event that says `null` and nothing else may be a word of the model.
    else if (piece !== undefined && (piece !== null || keys.length === 0)) return null;
  }
  return pieces.length === 0 ? null : pieces.join('');
}

function follow(value: unknown, keys: readonly JsonKey[]): unknown {
  let here = value;
  for (const key of keys) {
    here = stepTo(here, key);
    if (here === undefined) return undefined;
  }
  return here;
}

/** One step of a path; `undefined`: nothing is there. */
export function stepTo(here: unknown, key: JsonKey): unknown {
  const list = listOf(here);
  if (typeof key === 'number' && (list || isTensor(here)))
    return isTensor(here) ? rowOf(here, key) : list?.[key];
  if (Array.isArray(here))
    return (here as unknown[]).find((item) => isObject(item) && ownOf(item, 'name') === key);
  return isObject(here) ? ownOf(here, String(key)) : undefined;
}

const ownOf = (object: Readonly<Record<string, unknown>>, name: string): unknown =>
  Object.hasOwn(object, name) ? object[name] : undefined;
