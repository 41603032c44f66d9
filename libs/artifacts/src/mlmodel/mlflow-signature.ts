import type { MlModel } from './read-mlmodel.ts';

type Schema = Readonly<Record<string, unknown>>;
type Facts = Readonly<Record<string, unknown>>;
const ANYTHING: Schema = {};

/** Columns, items and levels of one signature. More of them are no interface that somebody calls by hand. */
const MOST_PARTS = 10_000;
const DEEPEST = 12;

/** MLflow's names of column types and NumPy's of tensors. */
const TYPES: readonly (readonly [RegExp, string])[] = [
  [/^bool(ean)?(_|8)?$/, 'boolean'],
  [/^(integer|long|u?int(8|16|32|64)?)$/, 'integer'],
  [/^(float|double|float(16|32|64)|bfloat16)$/, 'number'],
  // Numbers of dates and bytes are texts in JSON.
  [/^(string|str|binary|datetime|object|datetime64.*|<?U\d*|<?S\d*)$/, 'string'],
];

/** The JSON type of a column's or tensor's type; `null`: it is none that is known. */
export const jsonTypeOf = (name: unknown): string | null =>
  TYPES.find(([said]) => typeof name === 'string' && said.test(name))?.[1] ?? null;

const isFacts = (value: unknown): value is Facts =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * MLflow's signature as ours: JSON Schemas of what callers send (a list of rows) and read. What is not known is left open.
 * @param saysOutputs are its outputs those of the answers?
 * @returns `null`: there is none
 * @throws Error for more than 10,000 parts
 */
export function signatureOfMlflow(
  signature: MlModel['signature'],
  saysOutputs = true,
): { readonly input: Schema; readonly output: Schema } | null {
  if (signature === null) return null;
  const count = { left: MOST_PARTS };
  return {
    input: rows(signature.inputs, count),
    output: saysOutputs ? rows(signature.outputs, count) : ANYTHING,
  };
}

interface Count {
  left: number;
}

function rows(listed: unknown, count: Count): Schema {
  if (!Array.isArray(listed) || !listed.every(isFacts) || listed.length === 0) return ANYTHING;
  if (listed.some(({ type }) => type === 'tensor')) return ofTensors(listed, count);
  const columns = listed.map((column) => ({
    name: column['name'],
    column,
    schema: ofType(column, count, 0),
  }));
  const names = columns.flatMap(({ name }) => (typeof name === 'string' && name !== '' ? [name] : []));
  const [only] = columns;
  if (names.length === columns.length)
    return {
      type: 'array',
      items: {
        type: 'object',
        properties: Object.fromEntries(columns.map(({ name, schema }) => [String(name), schema])),
        required: columns.flatMap(({ name, column }) => (isNeeded(column) ? [String(name)] : [])),
      },
    };
  if (only && columns.length === 1) return { type: 'array', items: only.schema };
  return { type: 'array', items: { type: 'array', minItems: columns.length, maxItems: columns.length } };
}

const isNeeded = (column: Facts): boolean => column['required'] !== false && column['optional'] !== true;

function ofType(said: Facts, count: Count, depth: number): Schema {
  if (--count.left < 0) throw new Error(`it has more than ${MOST_PARTS} parts`);
  if (depth > DEEPEST) return ANYTHING;
  const { type, items, properties, values } = said;
  if (type === 'array')
    return { type: 'array', items: isFacts(items) ? ofType(items, count, depth + 1) : ANYTHING };
  if (type === 'map')
    return {
      type: 'object',
      additionalProperties: isFacts(values) ? ofType(values, count, depth + 1) : ANYTHING,
    };
  if (type === 'object' && isFacts(properties)) {
    const parts = Object.entries(properties).filter((one): one is [string, Facts] => isFacts(one[1]));
    return {
      type: 'object',
      properties: Object.fromEntries(parts.map(([name, part]) => [name, ofType(part, count, depth + 1)])),
      required: parts.flatMap(([name, part]) => (isNeeded(part) ? [name] : [])),
    };
  }
  const known = jsonTypeOf(type);
  return known === null ? ANYTHING : { type: known };
}

function ofTensors(listed: readonly Facts[], count: Count): Schema {
  const tensors = listed.map((one) => ({ name: one['name'], schema: ofTensor(one['tensor-spec'], count) }));
  const named = tensors.filter(({ name }) => typeof name === 'string' && name !== '');
  const [only] = tensors;
  if (named.length === 0) return only?.schema ?? ANYTHING;
  return {
    type: 'object',
    properties: Object.fromEntries(named.map(({ name, schema }) => [String(name), schema])),
    required: named.map(({ name }) => String(name)),
  };
}

function ofTensor(spec: unknown, count: Count): Schema {
  if (!isFacts(spec)) return ANYTHING;
  const type = jsonTypeOf(spec['dtype']);
  const shape = shapeOf(spec['shape']);
  count.left -= shape.length + 1;
  if (count.left < 0) throw new Error(`it has more than ${MOST_PARTS} parts`);
  return shape.reduceRight<Schema>(
    (inner, size) => ({
      type: 'array',
      // -1 is any number of them.
      ...(size >= 0 ? { minItems: size, maxItems: size } : {}),
      items: inner,
    }),
    type === null ? ANYTHING : { type },
  );
}

/** Sizes of a tensor; -1: any; empty: nothing is said, or nothing that is a shape. */
export function shapeOf(shape: unknown): readonly number[] {
  const isShape =
    Array.isArray(shape) &&
    shape.length <= DEEPEST &&
    shape.every((size) => Number.isSafeInteger(size) && (size as number) >= -1);
  return isShape ? (shape as number[]) : [];
}
