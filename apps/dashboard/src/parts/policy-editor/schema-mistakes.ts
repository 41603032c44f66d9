import { own } from '../../own.ts';
import { isObject, meant, namesOf, type Path, type Schema } from './schema.ts';

export interface Mistake {
  readonly path: Path;
  readonly message: string;
}

/** What the schema alone finds wrong, while the server is still asked: unknown keys and words, what lacks, what is out of range. */
export function schemaMistakes(schema: Schema, value: unknown, path: Path = []): readonly Mistake[] {
  const here = meant(schema, value);
  const wrong = (message: string): readonly Mistake[] => [{ path, message }];
  if (here.type === 'object' || here.properties) {
    // Steps such as `- checks:` have all of their defaults.
    if (value === null && (schema.anyOf?.some(({ type }) => type === 'null') ?? false)) return [];
    return isObject(value)
      ? ofObject(here, value, path)
      : wrong('fields are expected here, such as name: value');
  }
  if (here.type === 'array' || here.items)
    return Array.isArray(value)
      ? value.flatMap((one, i) => schemaMistakes(here.items ?? {}, one, [...path, i]))
      : wrong('a list is expected here');
  const message = ofScalar(here, value);
  return message === null ? [] : wrong(message);
}

function ofObject(schema: Schema, value: Readonly<Record<string, unknown>>, path: Path): readonly Mistake[] {
  const { properties = {}, additionalProperties: others, required = [] } = schema;
  const known = Object.keys(properties);
  const lacking = required.filter((name) => !Object.hasOwn(value, name));
  return [
    ...lacking.map((name) => ({ path, message: `"${name}" is missing` })),
    ...Object.entries(value).flatMap(([name, inner]) => {
      const field = own(properties, name) ?? (typeof others === 'object' ? others : undefined);
      if (field !== undefined) return schemaMistakes(field, inner, [...path, name]);
      if (others !== false) return [];
      const near = nearest(name, known);
      const hint = near === null ? `known here: ${known.join(', ')}` : `do you mean "${near}"?`;
      return [{ path: [...path, name], message: `there is no "${name}"; ${hint}` }];
    }),
  ];
}

function ofScalar(schema: Schema, value: unknown): string | null {
  const names = namesOf(schema);
  if (names.length > 0 && schema.pattern === undefined && !names.includes(value)) {
    const near = nearest(String(value), names.map(String));
    return `${JSON.stringify(value)} is none of ${names.join(', ')}${near === null ? '' : `; do you mean "${near}"?`}`;
  }
  if (schema.type === 'string' && typeof value !== 'string') return 'a text is expected, such as 10m or 5%';
  if (schema.type !== 'number' && schema.type !== 'integer') return null;
  if (typeof value !== 'number') return 'a number is expected';
  if (schema.type === 'integer' && !Number.isInteger(value)) return 'a whole number is expected';
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = schema;
  if (minimum !== undefined && value < minimum) return `${minimum} or more is expected`;
  if (maximum !== undefined && value > maximum) return `${maximum} or less is expected`;
  if (exclusiveMinimum !== undefined && value <= exclusiveMinimum)
    return `more than ${exclusiveMinimum} is expected`;
  if (exclusiveMaximum !== undefined && value >= exclusiveMaximum)
    return `less than ${exclusiveMaximum} is expected`;
  return null;
}

/** The name that somebody has mistyped: two letters apart at most, and less than half of it. */
export function nearest(name: string, names: readonly string[]): string | null {
  const most = Math.min(2, Math.floor(name.length / 2));
  const [best] = names
    .map((one) => ({ one, apart: lettersApart(name.toLowerCase(), one.toLowerCase()) }))
    .filter(({ apart }) => apart <= most)
    .sort((a, b) => a.apart - b.apart);
  return best?.one ?? null;
}

/** Levenshtein's distance. */
function lettersApart(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, i) => i);
  for (const [i, letter] of [...one].entries()) {
    const next = [i + 1];
    for (const [j, second] of [...other].entries())
      next.push(
        Math.min((next[j] ?? 0) + 1, (row[j + 1] ?? 0) + 1, (row[j] ?? 0) + (letter === second ? 0 : 1)),
      );
    row = next;
  }
  return row.at(-1) ?? 0;
}
