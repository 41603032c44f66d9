import type { FastifyInstance, FastifyRequest } from 'fastify';
import { callersSpan, HTTP, methodOf, pathOf, type Span, type Tracing } from '#libs/tracing';

/** What a monitor asks every few seconds tells nobody anything. */
const UNTRACED: ReadonlySet<string> = new Set(['/healthz', '/readyz', '/metrics']);

/** A span for each request of the api, from its head to the end of its answer, below the caller's. Before all other hooks. */
export function traceRequests(fastify: FastifyInstance, tracing: Tracing): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    const route = routeOf(request);
    if (route === null || !UNTRACED.has(route)) {
      const { raw } = reply;
      const span = start(tracing, request, route);
      raw.once('close', () => {
        span.set({ [HTTP.status]: raw.statusCode });
        if (!raw.writableFinished) span.fail('caller_gone');
        else if (raw.statusCode >= 500) span.fail(String(raw.statusCode));
        span.end();
      });
    }
    done();
  });
}

function start(tracing: Tracing, request: FastifyRequest, route: string | null): Span {
  const method = methodOf(request.method);
  const span = tracing.start({
    name: route === null ? method : `${method} ${route}`,
    kind: 'server',
    parent: callersSpan(request.raw.rawHeaders),
  });
  if (span.context.isSampled)
    span.set({
      ...{ [HTTP.method]: method, [HTTP.path]: pathOf(request.url), [HTTP.scheme]: request.protocol },
      ...{ [HTTP.version]: request.raw.httpVersion, [HTTP.clientAddress]: request.sender },
      ...(route === null ? {} : { [HTTP.route]: route }),
    });
  return span;
}

/** The route's template as OpenAPI writes it; `null`: no handler is found. */
function routeOf({ is404, routeOptions: { url } }: FastifyRequest): string | null {
  if (is404 || url === undefined) return null;
  return url.replace(/:(\w+)/g, '{$1}');
}
