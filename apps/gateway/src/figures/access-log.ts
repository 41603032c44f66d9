import type { Logger } from '#libs/observe';
import type { Exchange } from '../forward/exchange.ts';

const TRACE = /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}/;

/**
 * Writes one JSON line for each answer: who asked for what, who answered, how long it took. Never a body,
 * a query or a header that may hold a secret. The ids of the W3C trace context are named as OpenTelemetry
 * names them, so that a log finds its trace.
 */
export function logAccess(logger: Logger, exchange: Exchange): void {
  const { request, response, route, requestId } = exchange;
  const startedAt = performance.now();
  response.onClose = ((before) => (finished: boolean) => {
    before?.(finished);
    const own = request.trace?.context;
    const trace = own ? null : TRACE.exec(request.header('traceparent') ?? '');
    logger.info(
      {
        method: request.method,
        path: request.url.split('?')[0],
        status: response.statusCode,
        ms: Math.round((performance.now() - startedAt) * 1_000) / 1_000,
        model: route.model,
        assigned: exchange.assigned,
        answeredBy: exchange.answeredBy,
        revision: route.revision,
        requestId,
        complete: finished,
        from: request.remoteAddress,
        ...(own ? { trace_id: own.traceId, span_id: own.spanId } : {}),
        ...(trace ? { trace_id: trace[1], span_id: trace[2] } : {}),
      },
      'access',
    );
  })(response.onClose);
}
