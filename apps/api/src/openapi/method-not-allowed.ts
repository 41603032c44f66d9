import type { OpenAPIObject } from '@nestjs/swagger';
import type { FastifyInstance } from 'fastify';

const METHODS = ['get', 'put', 'post', 'patch', 'delete', 'head'] as const;

/**
 * Answers 405, with what is allowed, where a path is served and the method is not. A path that is served by its own name is
 * no parameter's value of another: `GET /release-groups/manifest` asks for no group with that id.
 */
export function refuseOtherMethods(fastify: FastifyInstance, document: OpenAPIObject): void {
  const served = Object.entries(document.paths).map(([path, item]) => ({
    name: path,
    path: new RegExp(`^${path.replace(/[.*+?^$()|[\]\\]/g, '\\$&').replace(/\{\w+\}/g, '[^/]+')}/?$`),
    allow: METHODS.filter(
      (method) => item[method] !== undefined || (method === 'head' && item.get !== undefined),
    )
      .map((method) => method.toUpperCase())
      .join(', '),
  }));
  const byName = new Map(served.map((one) => [one.name, one]));
  fastify.addHook('onRequest', (request, reply, done) => {
    const path = request.url.split('?')[0] ?? '';
    const found = request.is404 ? served.find((one) => one.path.test(path)) : byName.get(path);
    if (!found || (!request.is404 && found.allow.split(', ').includes(request.method))) return done();
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
