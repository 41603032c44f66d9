import type { FastifyInstance } from 'fastify';

/** A content-type without any content says nothing: many clients send it with every request, DELETE too. */
export function ignoreTypeOfNothing(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (request, _reply, done) => {
    const { headers } = request.raw;
    const length = headers['content-length'];
    if (length === '0' || (length === undefined && headers['transfer-encoding'] === undefined))
      delete headers['content-type'];
    done();
  });
}
