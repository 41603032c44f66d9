/** What is asked of a JSON Schema to know the order of its fields. */
export interface FieldOrder {
  readonly [keyword: string]: unknown;
  readonly properties?: Readonly<Record<string, FieldOrder>>;
  readonly additionalProperties?: boolean | FieldOrder;
  readonly items?: FieldOrder;
  readonly anyOf?: readonly FieldOrder[];
  readonly oneOf?: readonly FieldOrder[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
}

/** A document with its keys in the order of its schema: a database sorts them by their length, and people read what a thing is before what it has. */
export function orderedBy(schema: FieldOrder | undefined, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((one) => orderedBy(schemaOf(value, schema)?.items, one));
  if (typeof value !== 'object' || value === null) return value;
  const { properties = {}, additionalProperties: others } = schemaOf(value, schema) ?? {};
  const names = Object.keys(properties);
  const rank = (name: string): number => (names.includes(name) ? names.indexOf(name) : names.length);
  const below = (name: string) => properties[name] ?? (typeof others === 'object' ? others : undefined);
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => rank(a) - rank(b))
      .map(([name, inner]) => [name, orderedBy(below(name), inner)]),
  );
}

/** Of several schemas the one for this value: a gate's by its metric. */
function schemaOf(value: object, schema: FieldOrder | undefined): FieldOrder | undefined {
  const among = schema?.oneOf ?? schema?.anyOf;
  if (among === undefined) return schema;
  const metric = 'metric' in value ? value.metric : undefined;
  const isOf = ({ properties, items }: FieldOrder): boolean => {
    if (Array.isArray(value)) return items !== undefined;
    const asked = properties?.['metric'];
    if (asked === undefined) return properties !== undefined;
    return asked.const === metric || asked.enum?.includes(metric) === true || asked['pattern'] !== undefined;
  };
  return among.find(isOf);
}
