import type { OpenAPIObject } from '@nestjs/swagger';
import type { FastifyInstance } from 'fastify';

const METHODS = ['get', 'put', 'post', 'patch', 'delete', 'head'] as const;

/** Answers 405, with what is allowed, where a path is served and the method is not. */
export function refuseOtherMethods(fastify: FastifyInstance, document: OpenAPIObject): void {
  const served = Object.entries(document.paths).map(([path, item]) => ({
    path: new RegExp(`^${path.replace(/[.*+?^$()|[\]\\]/g, '\\$&').replace(/\{\w+\}/g, '[^/]+')}/?$`),
    allow: METHODS.filter(
      (method) => item[method] !== undefined || (method === 'head' && item.get !== undefined),
    )
      .map((method) => method.toUpperCase())
      .join(', '),
  }));
  fastify.addHook('onRequest', (request, reply, done) => {
    if (!request.is404) return done();
    const path = request.url.split('?')[0] ?? '';
    const found = served.find((one) => one.path.test(path));
    if (!found) return done();
    const detail = `${request.method} is not served here. It is by ${found.allow}.`;
    const problem = {
      type: 'about:blank',
      title: 'Method Not Allowed',
      status: 405,
      code: 'method_not_allowed',
    };
    void reply
      .status(405)
      .header('allow', found.allow)
      .type('application/problem+json')
      .send(JSON.stringify({ ...problem, detail, errors: [], instance: path }));
  });
}
