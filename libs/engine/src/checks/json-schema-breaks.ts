type Schema = boolean | Readonly<Record<string, unknown>>;

/** What of a JSON Schema is compared; anything else must be the same on both sides, or is left open. */
const BOUNDS_BELOW = ['minimum', 'exclusiveMinimum', 'minLength', 'minItems', 'minProperties'] as const;
const BOUNDS_ABOVE = ['maximum', 'exclusiveMaximum', 'maxLength', 'maxItems', 'maxProperties'] as const;
const NOT_COMPARED = [
  '$ref',
  'anyOf',
  'oneOf',
  'allOf',
  'not',
  'if',
  'pattern',
  'format',
  'multipleOf',
] as const;
const TYPES = ['null', 'boolean', 'object', 'array', 'number', 'integer', 'string'];
const DEEPEST = 20;

export interface SchemaComparison {
  /** Values that were valid and no longer are, in words. */
  readonly breaks: readonly string[];
  /** Places where the two differ in a way that is not compared. */
  readonly open: readonly string[];
}

/**
 * Is everything that one side writes still readable by the other? Compared are types, required and
 * known properties, items, enumerations and bounds (JSON Schema 2020-12); references, combinations
 * and patterns are `open` unless both sides say the same.
 * @param written what values the writer may send
 * @param read what values the reader takes
 * @param at the place in words, such as `input`
 */
export function schemaBreaks(written: Schema, read: Schema, at: string, depth = 0): SchemaComparison {
  if (read === true || depth > DEEPEST || written === false) return { breaks: [], open: [] };
  if (read === false) return { breaks: [`${at} is no longer taken`], open: [] };
  const from = written === true ? {} : written;
  const breaks: string[] = [];
  const open = NOT_COMPARED.filter((key) => read[key] !== undefined && !same(from[key], read[key])).map(
    (key) => `${at}: ${key}`,
  );
  const narrower = typesOf(from).filter((type) => !takes(typesOf(read), type));
  if (narrower.length > 0) breaks.push(`${at} may be ${narrower.join(' or ')}, which is not taken`);
  const allowed = valuesOf(read);
  if (allowed !== null) {
    const sent = valuesOf(from);
    const unknown = sent?.filter((value) => !allowed.some((one) => same(one, value)));
    if (sent === null) breaks.push(`${at} is limited to ${allowed.length} values`);
    else if (unknown && unknown.length > 0)
      breaks.push(`${at} may be ${JSON.stringify(unknown[0])}, which is not taken`);
  }
  for (const [keys, tighter] of [
    [BOUNDS_BELOW, (a: number, b: number) => a < b],
    [BOUNDS_ABOVE, (a: number, b: number) => a > b],
  ] as const)
    for (const key of keys) {
      const [a, b] = [from[key], read[key]];
      if (typeof b === 'number' && (typeof a !== 'number' || tighter(a, b)))
        breaks.push(`${at} has a ${key} of ${b}${typeof a === 'number' ? `, it was ${a}` : ''}`);
    }
  const needed = list(read['required']).filter((name) => !list(from['required']).includes(name));
  breaks.push(...needed.map((name) => `${at}.${String(name)} is needed`));
  const inner = [...properties(from, read, at), ...items(from, read, at)].map(([w, r, place]) =>
    schemaBreaks(w, r, place, depth + 1),
  );
  return {
    breaks: [...breaks, ...inner.flatMap((one) => one.breaks)],
    open: [...open, ...inner.flatMap((one) => one.open)],
  };
}

type Part = readonly [written: Schema, read: Schema, at: string];

function properties(from: Record<string, unknown>, read: Record<string, unknown>, at: string): Part[] {
  const known = record(read['properties']);
  return Object.entries(record(from['properties'])).flatMap(([name, written]): Part[] => {
    const reader = Object.hasOwn(known, name) ? known[name] : read['additionalProperties'];
    return isSchema(written) && isSchema(reader) ? [[written, reader, `${at}.${name}`]] : [];
  });
}

function items(from: Record<string, unknown>, read: Record<string, unknown>, at: string): Part[] {
  const reader = read['items'];
  if (!isSchema(reader)) return [];
  return [[isSchema(from['items']) ? from['items'] : true, reader, `${at}[]`]];
}

function typesOf({ type }: Readonly<Record<string, unknown>>): readonly string[] {
  if (typeof type === 'string') return [type];
  return Array.isArray(type) ? type.map(String) : TYPES;
}
const takes = (types: readonly string[], type: string): boolean =>
  types.includes(type) || (type === 'integer' && types.includes('number'));

function valuesOf(schema: Readonly<Record<string, unknown>>): readonly unknown[] | null {
  if ('const' in schema) return [schema['const']];
  return Array.isArray(schema['enum']) ? (schema['enum'] as unknown[]) : null;
}

export const isSchema = (value: unknown): value is Schema =>
  typeof value === 'boolean' || (typeof value === 'object' && value !== null && !Array.isArray(value));
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? (value as unknown[]) : []);
const record = (value: unknown): Record<string, unknown> =>
  isSchema(value) && typeof value === 'object' ? { ...value } : {};
const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
