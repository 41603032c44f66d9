import type { FastifyInstance } from 'fastify';

declare module 'fastify' {
  interface FastifyRequest {
    /** The address that sent it: the peer's, or what trusted proxies say (`TRUST_PROXY`). Fastify's own `ip` is the peer's. */
    readonly sender: string;
  }
}

/** Lets requests say who has sent them. @param senderOf by the peer's address and `X-Forwarded-For` */
export function tellSenders(
  fastify: FastifyInstance,
  senderOf: (peer: string | undefined, forwardedFor: string | undefined) => string,
): void {
  fastify.decorateRequest('sender', {
    getter() {
      const header = this.headers['x-forwarded-for'];
      return senderOf(this.raw.socket.remoteAddress, Array.isArray(header) ? header.join() : header);
    },
  });
}
