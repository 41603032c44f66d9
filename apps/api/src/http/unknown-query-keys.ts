import type { OpenAPIObject } from '@nestjs/swagger';
import type { FastifyInstance } from 'fastify';
import { DomainError, type FieldError, toPointer } from '#libs/kernel';
import { byLikeness } from './bodies/nearest-name.ts';
import { routeAccess } from '../access/route-access.ts';

const METHODS = ['get', 'put', 'post', 'patch', 'delete', 'head'] as const;
/**
 * What others add to is theirs: MLflow's server ignores what it does not know, and so do its clients expect; an OpenID provider adds
 * what it likes (RFC 6749 §4.1.2), and so do the links that lead people to the login.
 */
const OTHERS_ADD = /^\/api\/2\.0\/mlflow\/|^\/api\/v1\/auth\/(login|callback)$/;
const MOST_NAMED = 20;
const LONGEST_SHOWN = 100;

/**
 * Refuses a request whose query has a key that its route does not know: what is left out of sight would be answered as if it had
 * been obeyed, as `?model=x` by a list of everything. What a route knows is what OpenAPI says of it, which is made of its schema.
 * Call it after the hook that asks who calls. Webhooks take whatever their senders' URLs have.
 */
export function refuseUnknownQueryKeys(fastify: FastifyInstance, document: OpenAPIObject): void {
  const known = knownKeys(document);
  fastify.addHook('onRequest', (request, _reply, done) => {
    const { url = '' } = request.routeOptions;
    const access = routeAccess(request);
    if (access === undefined || access.takes === 'delivery' || OTHERS_ADD.test(url)) return done();
    const route = known.get(`${request.method === 'HEAD' ? 'GET' : request.method} ${url}`) ?? [];
    const errors = unknownKeys(Object.keys(request.query as object), route);
    if (errors.length === 0) return done();
    throw new DomainError(
      'invalid',
      'query_unknown',
      `The query has what is not known here: ${errors.map(({ detail }) => detail).join('; ')}. ${
        route.length === 0 ? 'This takes no query.' : `Known: ${route.join(', ')}.`
      }`,
      errors,
    );
  });
}

/** The keys of each route's query, by its method and its URL as Fastify writes it. */
function knownKeys(document: OpenAPIObject): ReadonlyMap<string, readonly string[]> {
  return new Map(
    Object.entries(document.paths).flatMap(([path, item]) =>
      METHODS.map((method) => [
        `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`,
        (item[method]?.parameters ?? []).flatMap((one) =>
          'in' in one && one.in === 'query' ? [one.name] : [],
        ),
      ]),
    ),
  );
}

/** What is wrong with the keys of a query, each with the known one that was probably meant. */
function unknownKeys(keys: readonly string[], known: readonly string[]): readonly FieldError[] {
  return keys
    .filter((key) => !known.includes(key))
    .slice(0, MOST_NAMED)
    .map((key) => {
      const meant = nearest(key, known);
      const shown = JSON.stringify(key.length > LONGEST_SHOWN ? `${key.slice(0, LONGEST_SHOWN)}…` : key);
      return { pointer: toPointer([key]), detail: meant === null ? shown : `${shown} (${meant}?)` };
    });
}

function nearest(key: string, known: readonly string[]): string | null {
  if (!/[\p{L}\p{N}]/u.test(key.slice(0, LONGEST_SHOWN))) return null;
  const [best] = byLikeness(key, known);
  return best && best.distance <= Math.min(2, Math.floor(best.name.length / 3)) ? best.name : null;
}
