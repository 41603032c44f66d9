import { own } from '../../own.ts';

/** The part of JSON Schema that our schema of policies uses. */
export interface Schema {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: boolean | Schema;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
}

export type Path = readonly (string | number)[];

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const kindOf = (value: unknown): string =>
  value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;

const isOfKind = ({ type, properties, items }: Schema, value: unknown): boolean => {
  const kind = kindOf(value);
  if (type === 'integer') return kind === 'number';
  return (type ?? (properties ? 'object' : items ? 'array' : kind)) === kind;
};

/** Which metrics a gate's schema is for. */
function isOfMetric({ properties }: Schema, metric: unknown): boolean {
  const asked = properties?.['metric'];
  if (asked === undefined) return false;
  if (asked.pattern !== undefined) return new RegExp(asked.pattern).test(String(metric));
  return asked.const === metric || asked.enum?.includes(metric) === true;
}

/** What a schema says of this very value: of several, the one that is meant by the value's kind, and a gate's by its metric. */
export function meant(schema: Schema, value: unknown): Schema {
  const among = schema.oneOf ?? schema.anyOf;
  if (among === undefined) return schema;
  const rest = { ...(schema.description !== undefined && { description: schema.description }) };
  const gates = among.filter(({ properties }) => properties?.['metric'] !== undefined);
  if (gates.length > 0) {
    const metric = isObject(value) ? value['metric'] : undefined;
    const [found, ...others] = gates.filter((one) => isOfMetric(one, metric));
    return { ...rest, ...(found !== undefined && others.length === 0 ? found : anyGate(gates)) };
  }
  // `null` stands for what is written next.
  const ofKind = value === null ? [] : among.filter((one) => isOfKind(one, value));
  const found = ofKind.find((one) => namesOf(one).length === 0 || namesOf(one).includes(value)) ?? ofKind[0];
  return { ...rest, ...(found ?? among.find(({ type }) => type === 'object') ?? among[0]) };
}

/** A gate whose metric nobody has written yet: it may have what any has. */
function anyGate(gates: readonly Schema[]): Schema {
  const metrics = gates.flatMap(({ properties }) => namesOf(properties?.['metric'] ?? {}));
  const properties = Object.assign(
    {},
    ...gates.toReversed().map((one) => one.properties),
  ) as Schema['properties'];
  return {
    type: 'object',
    properties: {
      ...properties,
      metric: { type: 'string', enum: metrics, description: 'What is measured.' },
    },
    required: ['metric'],
    additionalProperties: false,
  };
}

/** Values that a field may have, where they are few. Of feedback the name is the author's. */
export function namesOf({ const: one, enum: many, pattern, type }: Schema): readonly unknown[] {
  if (many !== undefined) return many;
  if (one !== undefined) return [one];
  if (pattern?.startsWith('^feedback') === true) return ['feedback.click'];
  return type === 'boolean' ? [true, false] : [];
}

/** What the schema says at a path of a document; `null`: it knows no such place. */
export function schemaAt(schema: Schema, path: Path, document: unknown): Schema | null {
  let [at, value]: [Schema, unknown] = [meant(schema, document), document];
  for (const part of path) {
    const below =
      typeof part === 'number'
        ? at.items
        : (own(at.properties, part) ??
          (typeof at.additionalProperties === 'object' ? at.additionalProperties : undefined));
    if (below === undefined) return null;
    value =
      typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[part] : undefined;
    at = meant(below, value);
  }
  return at;
}
