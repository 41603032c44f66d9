import { z } from 'zod';
import { gateFields } from '../gate-fields.ts';
import { policySchema } from '../parse-policy.ts';
import { DESCRIBED_FIELDS, DESCRIBED_METRICS } from './described-fields.ts';

/** The part of JSON Schema that policies need. */
export interface JsonSchema {
  readonly [keyword: string]: unknown;
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: boolean | JsonSchema;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly required?: readonly string[];
}

const OPTIONS = { io: 'input', unrepresentable: 'any' } as const;

/** The JSON Schema (2020-12) of a policy document, with what editors say of each field. docs/policy.schema.json is a copy of it. */
export function policyJsonSchema(): JsonSchema {
  const whole = z.toJSONSchema(policySchema, OPTIONS) as JsonSchema;
  const gates = z.toJSONSchema(gateFields, OPTIONS) as JsonSchema;
  const gate = {
    type: 'object',
    oneOf: (gates.oneOf ?? []).map(asWritten).map((one) => described(one, 'gate')),
  };
  const { properties = {} } = whole;
  const step = described({ ...properties['steps']?.items, minProperties: 1, maxProperties: 1 }, 'step');
  const fields = {
    ...properties,
    steps: { ...properties['steps'], items: step },
    gates: { ...properties['gates'], items: gate },
  };
  return {
    ...described({ ...whole, properties: fields }, 'policy'),
    title: 'Policy',
    description: 'How a version earns its way to primary: steps, and gates that are judged in them.',
  };
}

/** Callers write `feedback.click`, which is read as the metric `feedback` of that name. */
function asWritten(gate: JsonSchema): JsonSchema {
  const { feedback, ...properties } = gate.properties ?? {};
  if (feedback === undefined) return gate;
  const required = gate.required?.filter((name) => name !== 'feedback') ?? [];
  const metric = { type: 'string', pattern: '^feedback\\.[A-Za-z0-9_.-]{1,80}$' };
  return { ...gate, required, properties: { ...properties, metric } };
}

/** Fields that hold a kind of thing of their own, whose fields are told by it. */
const KINDS = new Set([
  'policy',
  'step',
  'gate',
  'freeze',
  'metrics',
  'approval',
  'checks',
  'canary',
  'maxIncrease',
  'localTrip',
]);

/** @param within what the fields of this part are told by; those of a gate are a gate's, wherever they are */
function described(schema: JsonSchema, within: string): JsonSchema {
  const below = (part: JsonSchema): JsonSchema => described(part, within);
  const fields = Object.entries(schema.properties ?? {}).map(([name, field]) => {
    const description = DESCRIBED_FIELDS[`${within}.${name}`] ?? DESCRIBED_FIELDS[name];
    const told = described(field, KINDS.has(name) ? name : 'part');
    const more = name === 'metric' ? metricWords(field) : description;
    // A step and a gate were told before.
    const kept = typeof field['description'] === 'string' ? {} : { description: more };
    return [name, { ...told, ...(more === undefined ? {} : kept) }] as const;
  });
  const { additionalProperties: others } = schema;
  return {
    ...schema,
    ...(schema.properties && { properties: Object.fromEntries(fields) }),
    ...(schema.items && { items: below(schema.items) }),
    ...(schema.anyOf && { anyOf: schema.anyOf.map(below) }),
    ...(schema.oneOf && { oneOf: schema.oneOf.map(below) }),
    ...(typeof others === 'object' && { additionalProperties: below(others) }),
  };
}

function metricWords({ const: one, enum: many = [one], pattern }: JsonSchema): string {
  const names = pattern === undefined ? many.map(String) : ['feedback'];
  const words = names.map(
    (name) => DESCRIBED_METRICS[name] ?? DESCRIBED_METRICS[name.replace(/_[^_]+$/, '')],
  );
  return [...new Set(words)].join(' ');
}
