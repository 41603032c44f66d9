import type { FastifyInstance } from 'fastify';

/** Uploads reach their handler as the stream that they are; it bounds them. */
export function acceptUploads(fastify: FastifyInstance): void {
  fastify.addContentTypeParser('application/octet-stream', (_request, payload, done) => done(null, payload));
}
