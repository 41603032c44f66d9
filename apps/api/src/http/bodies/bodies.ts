import type { FastifyInstance, FastifyRequest } from 'fastify';
import { decodeText } from '#libs/kernel';
import { DELIVERY_BYTES } from '../../access/admission.ts';
import { accessIn, routeAccess } from '../../access/route-access.ts';
import { readYaml, YAML_LIMITS } from '#libs/yaml';
import { SignedBody } from './signed-body.ts';
import { keepText } from './written-text.ts';

/** What a route takes that asks for no token: the token of a CI job. */
const PUBLIC_BYTES = 64 * 1024;

type Done = (error: Error | null, body?: unknown) => void;
type Read = (request: FastifyRequest, bytes: Buffer, done: Done) => void;

/**
 * The only place where bodies are read; `Admission` has refused the types that a route does not take. Signed
 * deliveries stay bytes until their signature has been checked (`SignedBody`), uploads stay streams, and documents
 * are JSON or YAML. Call it before there are routes.
 */
export function acceptBodies(fastify: FastifyInstance): void {
  fastify.removeAllContentTypeParsers();
  const json = fastify.getDefaultJsonParser('error', 'error');
  const take = (
    type: 'json' | 'yaml' | 'form',
    names: readonly string[],
    bodyLimit: number,
    read: Read,
  ): void => {
    fastify.addContentTypeParser(
      [...names],
      { parseAs: 'buffer', bodyLimit },
      (request, bytes, done: Done) => {
        if (routeAccess(request)?.takes === 'delivery') done(null, new SignedBody(bytes as Buffer, type));
        else read(request, bytes as Buffer, done);
      },
    );
  };
  const { bodyLimit } = fastify.initialConfig;
  take(
    'json',
    ['application/json', 'application/cloudevents+json'],
    bodyLimit ?? 0,
    (request, bytes, done) => {
      const text = bytes.toString('utf8');
      if (routeAccess(request)?.takes === 'entries') readEntries(text, done);
      else void json(request, text, done);
    },
  );
  take(
    'yaml',
    ['application/yaml', 'application/x-yaml', 'text/yaml'],
    YAML_LIMITS.bytes,
    (request, bytes, done) => {
      try {
        const text = decodeText(bytes, 'The body');
        const body = readYaml(text);
        keepText(request, text);
        done(null, body);
      } catch (error) {
        done(error as Error);
      }
    },
  );
  // A form is a delivery or nothing: `Admission` lets no other route have one.
  take('form', ['application/x-www-form-urlencoded'], PUBLIC_BYTES, (_request, _bytes, done) =>
    done(null, null),
  );
  fastify.addContentTypeParser('application/octet-stream', (_request, payload, done) => done(null, payload));
  fastify.addHook('onRoute', (route) => {
    const access = accessIn(route.config);
    if (access?.takes === 'delivery') route.bodyLimit = DELIVERY_BYTES;
    else if (access?.scopes.length === 0) route.bodyLimit = PUBLIC_BYTES;
  });
}

/**
 * JSON as it is: a key such as `__proto__` in one entry, for which the usual reader refuses the whole body, becomes
 * that entry's own mistake.
 */
function readEntries(text: string, done: Done): void {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch (error) {
    const message = `Body is not valid JSON: ${(error as Error).message}`;
    return done(Object.assign(error as Error, { statusCode: 400, message }));
  }
  done(null, body);
}
