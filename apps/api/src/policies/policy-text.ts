import { canonicalJson } from '#libs/kernel';
import { expandedPolicy, type JsonSchema, policyJsonSchema } from '#libs/rollout';
import { readYaml, writeYaml } from '#libs/yaml';

/**
 * A policy as YAML: as its author wrote it, where that is kept and still says what the document does, else in the order of the guide.
 * @param document as it is kept
 * @param written the author's text
 */
export function policyText(document: unknown, written: string | null): string {
  if (written !== null && says(written, document)) return written;
  return writeYaml(ordered(document, policyJsonSchema()));
}

/** A process of an older release replaces the document alone. */
function says(text: string, document: unknown): boolean {
  try {
    return canonicalJson(expandedPolicy(readYaml(text))) === canonicalJson(document);
  } catch {
    return false;
  }
}

/** The database sorts keys by their length; people read what a thing is before what it has. */
function ordered(value: unknown, schema: JsonSchema | undefined): unknown {
  if (Array.isArray(value)) return value.map((one) => ordered(one, schemaOf(value, schema)?.items));
  if (typeof value !== 'object' || value === null) return value;
  const { properties = {}, additionalProperties: others } = schemaOf(value, schema) ?? {};
  const names = Object.keys(properties);
  const rank = (name: string): number => (names.includes(name) ? names.indexOf(name) : names.length);
  const below = (name: string) => properties[name] ?? (typeof others === 'object' ? others : undefined);
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => rank(a) - rank(b))
      .map(([name, inner]) => [name, ordered(inner, below(name))]),
  );
}

/** Of several schemas the one for this value: a gate's by its metric. */
function schemaOf(value: object, schema: JsonSchema | undefined): JsonSchema | undefined {
  const among = schema?.oneOf ?? schema?.anyOf;
  if (among === undefined) return schema;
  const metric = 'metric' in value ? value.metric : undefined;
  const isOf = ({ properties, items }: JsonSchema): boolean => {
    if (Array.isArray(value)) return items !== undefined;
    const asked = properties?.['metric'];
    if (asked === undefined) return properties !== undefined;
    return asked.const === metric || asked.enum?.includes(metric) === true || asked['pattern'] !== undefined;
  };
  return among.find(isOf);
}
