import type { FastifyInstance } from 'fastify';
import { DomainError } from '#libs/kernel';
import { routeAccess } from '../access/route-access.ts';

const PRECONDITIONS = ['if-match', 'if-none-match', 'if-unmodified-since'] as const;
const READS = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Refuses a change under a condition that its route does not look at: carried out all the same, it would be what its sender
 * wanted to keep from happening (`If-None-Match: *` is how others say "only if there is none yet").
 */
export function refuseUnknownPreconditions(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (request, _reply, done) => {
    const access = routeAccess(request);
    if (access === undefined || access.takes === 'delivery' || READS.has(request.method)) return done();
    const unknown = PRECONDITIONS.find(
      (name) => request.headers[name] !== undefined && !(name === 'if-match' && access.honoursIfMatch),
    );
    if (unknown === undefined) return done();
    throw new DomainError(
      'malformed',
      'precondition_unknown',
      `This route does not look at the header ${unknown}, and does nothing under a condition that it cannot keep. ${
        access.honoursIfMatch ? 'It takes If-Match.' : 'Leave the header out.'
      }`,
    );
  });
}
