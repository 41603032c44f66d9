import { isPythonName, pascalCase, pythonText } from './python-names.ts';

/** As much of JSON Schema as our OpenAPI document has. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly description?: string;
  readonly format?: string;
}

const SIMPLE: Readonly<Record<string, string>> = {
  string: 'str',
  integer: 'int',
  number: 'float',
  boolean: 'bool',
  null: 'None',
};
/** Any JSON, which names itself in a circle. */
const ANY_JSON = /^__schema\d+$/;

/**
 * Python's types of a document's schemas: a `TypedDict` for each object, named by where it is. Keys that may be left out are in a class that
 * builds on the one of the others: `NotRequired` is not in Python 3.10.
 */
export class PythonTypes {
  private readonly written = new Map<string, string>();

  /** What Python calls a schema. @param name of the object, where it is one, and of those within it */
  typeOf(schema: Schema | undefined, name: string): string {
    if (schema === undefined) return 'Any';
    if (schema.$ref !== undefined) return this.named(schema.$ref);
    if (schema.enum) return this.literal(schema.enum);
    if (schema.const !== undefined) return this.literal([schema.const]);
    if (schema.allOf) return this.allOf(schema, name);
    const either = schema.anyOf ?? schema.oneOf;
    if (either)
      return union(
        either.map((one, i) =>
          this.typeOf(one, either.length > 2 && isObject(one) ? `${name}${i + 1}` : name),
        ),
      );
    if (Array.isArray(schema.type))
      return union((schema.type as readonly string[]).map((type) => this.typeOf({ ...schema, type }, name)));
    if (schema.type === 'array') return `list[${this.typeOf(schema.items, `${name}Item`)}]`;
    if (schema.type === 'object') return this.object(schema, name);
    return SIMPLE[schema.type as string] ?? 'Any';
  }

  /** A schema of the document itself. */
  define(name: string, schema: Schema): void {
    if (ANY_JSON.test(name)) return;
    const type = this.typeOf(schema, name);
    if (type !== name)
      this.written.set(name, `${name}: TypeAlias = ${pythonText(type.replaceAll('"', "'"))}\n`);
  }

  /** All that was asked for, one module; in the order of names, so that a schema that moves changes no line. */
  module(): string {
    const names = [...this.written.keys()].sort();
    const all = `__all__ = [\n${names.map((name) => `    ${pythonText(name)},\n`).join('')}]\n`;
    return [HEADER, all, ...this.inOrder(names)].join('\n\n');
  }

  /** Whatever a class builds on is before it. */
  private inOrder(names: readonly string[]): string[] {
    const bases = (name: string): string[] =>
      names.filter((other) =>
        new RegExp(`^class ${name}\\(.*\\b${other}\\b.*\\):`, 'm').test(this.written.get(name) ?? ''),
      );
    const done = new Set<string>();
    const add = (name: string): void => {
      if (done.has(name)) return;
      bases(name).forEach(add);
      done.add(name);
    };
    names.forEach(add);
    return [...done].map((name) => this.written.get(name) ?? '');
  }

  private named(ref: string): string {
    const name = ref.split('/').at(-1) ?? '';
    return ANY_JSON.test(name) ? 'Any' : name;
  }

  private literal(values: readonly unknown[]): string {
    return `Literal[${values.map((value) => (value === true ? 'True' : value === false ? 'False' : pythonText(String(value)))).join(', ')}]`;
  }

  private allOf({ allOf = [] }: Schema, name: string): string {
    const refs = allOf.filter(({ $ref }) => $ref !== undefined).map(({ $ref = '' }) => this.named($ref));
    if (refs.length === 0 || refs.includes('Any')) return 'Any';
    const own = allOf.find(({ properties }) => properties !== undefined);
    if (own) this.write(name, own, refs);
    return own ? name : (refs[0] ?? 'Any');
  }

  private object(schema: Schema, name: string): string {
    const { properties = {}, additionalProperties } = schema;
    if (Object.keys(properties).length > 0) {
      this.write(name, schema, []);
      return name;
    }
    const isMap = typeof additionalProperties === 'object' && Object.keys(additionalProperties).length > 0;
    return `dict[str, ${isMap ? this.typeOf(additionalProperties, `${name}Value`) : 'Any'}]`;
  }

  private write(
    name: string,
    { properties = {}, required = [], description }: Schema,
    bases: readonly string[],
  ): void {
    const fields = Object.entries(properties).map(([key, schema]) => ({
      ...{ key, type: this.typeOf(schema, name + pascalCase(key)), description: schema.description },
      isRequired: required.includes(key),
    }));
    const must = fields.filter(({ isRequired }) => isRequired);
    const may = fields.filter(({ isRequired }) => !isRequired);
    if (may.length === 0) return void this.written.set(name, dictOf(name, must, { bases, description }));
    const builds = must.length === 0 ? bases : [`_${name}`];
    const first = must.length === 0 ? '' : `${dictOf(`_${name}`, must, { bases })}\n\n`;
    this.written.set(name, first + dictOf(name, may, { bases: builds, description, isTotal: false }));
  }
}

interface Field {
  readonly key: string;
  readonly type: string;
  readonly description?: string | undefined;
}
interface DictOptions {
  readonly bases: readonly string[];
  readonly description?: string | undefined;
  readonly isTotal?: boolean;
}

function dictOf(
  name: string,
  fields: readonly Field[],
  { bases, description, isTotal = true }: DictOptions,
): string {
  const odd = fields.filter(({ key }) => !isPythonName(key));
  const plain = fields.filter(({ key }) => isPythonName(key));
  const total = isTotal ? '' : ', total=False';
  const said = (field: Field): string =>
    field.description ? `    # ${field.description.replaceAll('\n', ' ')}\n` : '';
  // A key such as `from` cannot be written as a field of a class.
  const oddName = `${name.startsWith('_') ? '' : '_'}${name}Keys`;
  const first =
    odd.length === 0
      ? ''
      : `${oddName} = TypedDict(\n    ${pythonText(oddName)},\n    {\n${odd.map((one) => `    ${said(one)}        ${pythonText(one.key)}: ${pythonText(one.type)},\n`.replace(/^ {4}(?! )/, '').replace(/^ {4}(?= {8}")/, '')).join('')}    }${total},\n)\n\n\n`;
  const on = [...bases, ...(odd.length === 0 ? [] : [oddName])];
  const doc = description ? `    """${description}"""\n\n` : '';
  const body = plain.map((one) => `${said(one)}    ${one.key}: ${one.type}\n`).join('');
  return `${first}class ${name}(${on.length === 0 ? 'TypedDict' : on.join(', ')}${total}):\n${doc}${body || '    pass\n'}`;
}

const isObject = ({ type, properties }: Schema): boolean => type === 'object' && properties !== undefined;
const union = (types: readonly string[]): string =>
  [...new Set(types.flatMap((one) => (one.includes('[') ? [one] : one.split(' | '))))].join(' | ');

const HEADER = `"""What the api takes and answers, as JSON. Made by \`npm run client\` from OpenAPI: do not edit."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias, TypedDict
`;
