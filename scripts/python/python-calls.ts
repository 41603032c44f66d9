import { docText, pascalCase, pythonText, snakeCase } from './python-names.ts';
import { PythonTypes, type Schema } from './python-types.ts';

interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required?: boolean;
  readonly description?: string;
  readonly schema?: Schema;
}
type Content = Readonly<Record<string, { readonly schema?: Schema }>>;
interface Operation {
  readonly operationId: string;
  readonly summary?: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly required?: boolean; readonly content?: Content };
  readonly responses: Readonly<Record<string, { readonly content?: Content }>>;
}
export interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

/** MLflow has a client of its own; gateways, browsers and CI systems speak for themselves; endless or plain answers are read by hand. */
const LEFT_OUT =
  /^\/api\/2\.0\/|^\/api\/v1\/(gateway|webhooks|auth\/(login|callback|logout|methods)|stream|artifacts)(\/|$)|^\/(healthz|readyz|metrics)$|\/card$/;
/** Routes that take any JSON (or YAML), which OpenAPI has no schema of. */
const TAKES_ANY = /\/(policy|validate)$/;
const BY_HAND = ['If-Match', 'Idempotency-Key'];

/** The two modules that Python's client is made from. Pure. */
export function pythonModules({ paths, components }: OpenApi): {
  readonly types: string;
  readonly calls: string;
} {
  const types = new PythonTypes();
  for (const [name, schema] of Object.entries(components.schemas))
    if (!name.startsWith('Mlflow')) types.define(name, schema);
  const calls = Object.entries(paths)
    .filter(([path]) => !LEFT_OUT.test(path))
    .flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => callOf(types, method, path, operation)),
    )
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const all = `__all__ = [\n${calls.map(({ name }) => `    ${pythonText(name)},\n`).join('')}]\n`;
  return { types: types.module(), calls: [HEADER, all, ...calls.map(({ text }) => text)].join('\n\n') };
}

/** `RolloutsController_act[2]` → `rollouts_skip`, where a method of ours has several routes; else `rollouts_show`. */
function nameOf({ operationId }: Operation, path: string): string {
  const [controller = '', method = ''] = operationId.split('_');
  const said = method.endsWith(']') ? (path.split('/').at(-1) ?? '') : method;
  return `${snakeCase(controller.replace(/Controller$/, ''))}_${snakeCase(said)}`;
}

function callOf(types: PythonTypes, method: string, path: string, operation: Operation) {
  const name = nameOf(operation, path);
  const { parameters = [], requestBody, summary = '' } = operation;
  const headers = parameters.filter((one) => one.in === 'header');
  const given = parameters.filter((one) => one.in !== 'header' || !BY_HAND.includes(one.name));
  const inPath = given.filter((one) => one.in === 'path');
  const inQuery = given.filter((one) => one.in === 'query');
  const hasKey = headers.some((one) => one.name === 'Idempotency-Key');
  const hasMatch = headers.some((one) => one.name === 'If-Match');
  const schema = requestBody?.content?.['application/json']?.schema;
  const takesBody = schema !== undefined || (TAKES_ANY.test(path) && method !== 'get');
  const bodyType = schema === undefined ? 'Any' : qualified(types.typeOf(schema, `${pascalCase(name)}Body`));
  const answer = answerOf(types, operation, `${pascalCase(name)}Answer`);
  const required = [
    ...inPath.map((one) =>
      `${snakeCase(one.name)}: ${qualified(types.typeOf(one.schema, ''))}`.replace('float', 'int'),
    ),
    ...(takesBody ? [`body: ${bodyType}`] : []),
    ...inQuery
      .filter((one) => one.required)
      .map((one) => `${snakeCase(one.name)}: ${types.typeOf(one.schema, '')}`),
  ];
  const optional = [
    ...inQuery
      .filter((one) => !one.required)
      .map(
        (one) =>
          `${snakeCase(one.name)}: ${orNone(types.typeOf(one.schema, '').replace(/^float$/, /size|depth/i.test(one.name) ? 'int' : 'float'))} = None`,
      ),
    ...(hasMatch ? ['if_match: str | None = None'] : []),
    ...(hasKey ? ['idempotency_key: str | None = None'] : []),
  ];
  const signature = [...required, ...(optional.length > 0 ? ['*', ...optional] : [])]
    .map((one) => `    ${one},\n`)
    .join('');
  const map = (all: readonly Parameter[]): string =>
    `{${all.map((one) => `${pythonText(one.name)}: ${snakeCase(one.name)}`).join(', ')}}`;
  const fields = [
    `        method=${pythonText(method.toUpperCase())},\n`,
    `        path=${pythonText(path)},\n`,
    ...(inPath.length > 0 ? [`        in_path=${map(inPath)},\n`] : []),
    ...(inQuery.length > 0 ? [`        query=${map(inQuery)},\n`] : []),
    ...(takesBody ? ['        body=body,\n'] : []),
    ...(hasMatch ? ['        if_match=if_match,\n'] : []),
    ...(hasKey ? ['        takes_key=True,\n        idempotency_key=idempotency_key,\n'] : []),
  ].join('');
  const doc = `    """${docText(summary)}."""\n`;
  const text = `def ${name}(${signature ? `\n${signature}` : ''}) -> Call[${answer}]:\n${doc}    return Call(\n${fields}    )\n`;
  return { name, text };
}

/** The shape of the answer that says it was done; of several, the first. */
function answerOf(types: PythonTypes, { responses }: Operation, name: string): string {
  const done = Object.entries(responses).filter(([status]) => /^2/.test(status));
  const schema = done
    .map(([, { content }]) => content?.['application/json']?.schema)
    .find((one) => one !== undefined);
  return schema === undefined ? 'None' : qualified(types.typeOf(schema, name));
}

const orNone = (type: string): string => (type.split(' | ').includes('None') ? type : `${type} | None`);
const BUILT_IN = new Set(['str', 'int', 'float', 'bool', 'None', 'Any', 'list', 'dict', 'Literal']);
/** Names of the other module; texts within `Literal[…]` stay. */
const qualified = (type: string): string =>
  type.replace(/"[^"]*"|[A-Za-z_][A-Za-z0-9_]*/g, (word) =>
    word.startsWith('"') || BUILT_IN.has(word) ? word : `types.${word}`,
  );

const HEADER = `"""One function for each route: what is to be asked, not the asking. Made by \`npm run client\` from OpenAPI: do not edit.

\`\`client.call(calls.models_show("ranker"))\`\` asks, \`\`await\`\` of an \`\`AsyncClient\`\` does, too.
"""

from __future__ import annotations

from typing import Any, Literal

from . import types
from .call import Call
`;
