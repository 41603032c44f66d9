import type { FastifyInstance } from 'fastify';

/**
 * Addresses that an answer leads to begin with the path of the public URL: browsers and clients resolve them against
 * what they have asked, which the proxy in front may have stripped.
 */
export function leadBelow(fastify: FastifyInstance, base: string): void {
  if (base === '') return;
  fastify.addHook('onSend', async (_request, reply) => {
    const location = reply.getHeader('location');
    if (typeof location === 'string' && /^\/(?!\/)/.test(location))
      void reply.header('location', `${base}${location}`);
  });
}
