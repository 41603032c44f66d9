import { isScalar, visit } from 'yaml';
import { isObject, namesOf, type Path, type Schema, schemaAt } from './schema.ts';
import { pathOfNode, readDocument, valueOf } from './yaml-places.ts';

/** What may be written at a place of a policy. */
export interface Completion {
  readonly label: string;
  /** What is written for it. */
  readonly apply: string;
  readonly info: string;
  readonly kind: 'key' | 'value';
}

/** Stands where somebody is writing, while the rest is read. */
const HERE = '__here__';

/**
 * What may be written at a letter of a text: the keys that are not there yet, or the values that a field takes.
 * @returns from which letter on it replaces what is there
 */
export function completionsAt(
  text: string,
  offset: number,
  schema: Schema,
): { readonly from: number; readonly options: readonly Completion[] } {
  const before = /[\w.%-]*$/.exec(text.slice(0, offset))?.[0] ?? '';
  const after = /^[\w.%-]*/.exec(text.slice(offset))?.[0] ?? '';
  // A dash alone begins a list's item, and is no part of a word.
  const word = /^-+$/.test(before) ? '' : before;
  const from = offset - word.length;
  const rest = text.slice(offset + after.length);
  const line = text.slice(text.lastIndexOf('\n', from - 1) + 1, from);
  const startsLine = /^\s*(?:- +)*$/.test(line);
  // At the start of a line stands a key, unless the list holds words.
  const asKey = startsLine && !/^\s*:/.test(rest) ? ': ' : '';
  for (const mark of asKey === '' ? [HERE] : [HERE + asKey, HERE]) {
    const found = optionsIn(`${text.slice(0, from)}${mark}${rest}`, schema);
    if (found.length > 0) return { from, options: found };
  }
  return { from, options: [] };
}

function optionsIn(text: string, schema: Schema): readonly Completion[] {
  const document = readDocument(text);
  const value = valueOf(document);
  let at: { path: Path; isKey: boolean } | null = null;
  visit(document, {
    Scalar(key, node, ancestors) {
      if (!isScalar(node) || node.value !== HERE) return;
      at = { path: pathOfNode(node, key, ancestors as readonly unknown[]), isKey: key === 'key' };
      return visit.BREAK;
    },
  });
  if (at === null) return [];
  const { path, isKey } = at as { path: Path; isKey: boolean };
  const place = isKey ? path.slice(0, -1) : path;
  const found = schemaAt(schema, place, value);
  if (found === null) return [];
  if (found.properties !== undefined) return keysOf(found, valueAt(value, place));
  return isKey ? [] : valuesOf(found);
}

function keysOf({ properties = {}, required = [] }: Schema, there: unknown): readonly Completion[] {
  const has = (name: string): boolean => isObject(there) && Object.hasOwn(there, name);
  return Object.entries(properties)
    .filter(([name]) => !has(name))
    .map(([name, field]) => ({
      label: name,
      apply: `${name}: ${beginningOf(field)}`,
      info: `${required.includes(name) ? 'Required. ' : ''}${field.description ?? ''}`,
      kind: 'key' as const,
    }));
}

/** A list of things begins on the next line; what has fields, in braces. */
function beginningOf(field: Schema): string {
  if (field.type === 'object') return '{  }';
  return '';
}

function valuesOf(schema: Schema): readonly Completion[] {
  const usual = schema.default;
  return namesOf(schema).map((value) => ({
    label: String(value),
    apply: String(value),
    info: value === usual ? `The default. ${schema.description ?? ''}` : (schema.description ?? ''),
    kind: 'value' as const,
  }));
}

const valueAt = (value: unknown, path: Path): unknown =>
  path.reduce<unknown>(
    (at, part) => (typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[part] : undefined),
    value,
  );
