import type { OpenAPIObject } from '@nestjs/swagger';
import { z } from 'zod';
import { namedSchemas, schemaOf } from './answer.ts';

const problem = z
  .looseObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: z.string().describe('Stable: programs may branch on it'),
    detail: z.string().describe('What is wrong, and what to do'),
    errors: z.array(z.looseObject({ pointer: z.string(), detail: z.string() })),
    instance: z.string().optional(),
  })
  .meta({ id: 'Problem', description: 'RFC 9457' });
const mlflowError = z
  .looseObject({ error_code: z.string(), message: z.string() })
  .meta({ id: 'MlflowError', description: 'An error as MLflow answers it' });

const MEANING: Readonly<Record<number, string>> = {
  400: 'It cannot be read',
  401: 'No token, or one that is not known',
  403: 'The token may not do this',
  404: 'There is no such thing',
  405: 'Not by this method',
  409: 'Not as things stand now',
  412: 'It has changed since the ETag in If-Match',
  413: 'Too large',
  415: 'Not in this format',
  422: 'Understood, and wrong: `errors` says where',
  429: 'Too many requests; `Retry-After` says when again',
  431: 'The URL and headers together are larger than 16 KB',
  503: 'The database does not answer right now',
};
/** Signed deliveries, and what is for whoever has no token yet. */
const WITHOUT_TOKEN = /\/webhooks\/|\/auth\/(ci|methods|login|callback)$|\/manifests\/schema$/;
type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;
type Parameters = NonNullable<Operation['parameters']>;
const METHODS = ['get', 'put', 'post', 'patch', 'delete', 'head'] as const;

/** Adds to every operation what they have in common: how errors look, and the headers that all know. */
export function completeDocument(document: OpenAPIObject): OpenAPIObject {
  const errors = {
    native: { 'application/problem+json': { schema: schemaOf(problem) } },
    mlflow: { 'application/json': { schema: schemaOf(mlflowError) } },
  };
  for (const [path, item] of Object.entries(document.paths)) {
    const isMlflow = path.startsWith('/api/2.0/');
    for (const method of METHODS) {
      const operation = item[method];
      if (!operation) continue;
      for (const status of statusesOf(method, operation, isMlflow))
        operation.responses[status] ??= {
          description: MEANING[status] ?? '',
          ...(method === 'head'
            ? {}
            : { content: isMlflow && status !== 431 ? errors.mlflow : errors.native }),
        };
      // Their callers are known by a signature.
      if (WITHOUT_TOKEN.test(path)) operation.security = [];
      operation.parameters = [...(operation.parameters ?? []), ...headersOf(method, isMlflow)];
    }
  }
  Object.assign(document.paths, processPaths());
  document.components = {
    ...document.components,
    schemas: { ...document.components?.schemas, ...namedSchemas() },
  };
  return document;
}

function statusesOf(method: string, operation: Operation, isMlflow: boolean): number[] {
  const hasBody = operation.requestBody !== undefined;
  const writes = method !== 'get' && method !== 'head';
  return [
    ...[400, 401, 403, 404, 429, 431, 503],
    ...(isMlflow ? [] : [422]),
    ...(writes && !isMlflow ? [409, 412] : []),
    ...(hasBody && !isMlflow ? [413, 415] : []),
  ];
}

function headersOf(method: string, isMlflow: boolean): Parameters {
  if (isMlflow || method !== 'post') return [];
  const schema = { type: 'string' as const, minLength: 1, maxLength: 255 };
  const description = 'The same key again gives the first answer, and does nothing';
  return [{ name: 'Idempotency-Key', in: 'header', required: false, description, schema }];
}

/** What every process of ours answers, beside Nest's routes. */
function processPaths(): OpenAPIObject['paths'] {
  const text = (description: string) => ({
    description,
    content: { 'text/plain': { schema: { type: 'string' } } },
  });
  const get = (operationId: string, summary: string, responses: Operation['responses']) => ({
    get: { operationId, tags: ['process'], summary, security: [], responses },
  });
  return {
    '/healthz': get('healthz', 'Is the process alive?', { 200: text('Yes') }),
    '/readyz': get('readyz', 'Can it do its work?', { 200: text('Yes'), 503: text('Not now, and why') }),
    '/metrics': get('metrics', 'Figures for Prometheus', { 200: text('In the text format') }),
  } as OpenAPIObject['paths'];
}
