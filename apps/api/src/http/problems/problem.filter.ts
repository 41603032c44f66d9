import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { shownUrl } from '#libs/kernel';
import type { Logger } from '#libs/observe';
import { RateLimitedError } from '../../access/rate-limits.ts';
import { MlflowErrorFilter } from '../../mlflow/mlflow-error.filter.ts';
import { problemText, toProblem } from './problem.ts';

const MLFLOW_PATH = '/api/2.0/mlflow/';

const LONGEST_READ_MS = 10_000;

/** Every error leaves as application/problem+json (RFC 9457) with a stable `code`. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly logger: Logger) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest & { problemCode?: string }>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const problem = toProblem(error);
    request.problemCode = problem.code;
    // What fails before a handler is found knows no filter of a controller.
    if (request.url.startsWith(MLFLOW_PATH)) return new MlflowErrorFilter().catch(error, host);
    if (problem.status >= 500)
      this.logger.error({ err: error, url: shownUrl(request.url) }, 'request failed');
    if (reply.sent) return;
    if (problem.status === 413) readToTheEnd(request, reply);
    if (problem.status === 503) void reply.header('retry-after', '1');
    if (error instanceof RateLimitedError) void reply.header('retry-after', String(error.retryAfterSeconds));
    if (problem.status === 401) void reply.header('www-authenticate', 'Bearer');
    void reply.status(problem.status).type('application/problem+json').send(problemText(error, request.url));
  }
}

/** Whoever still sends reads no answer, and a connection that is closed meanwhile takes the answer with it. */
function readToTheEnd({ raw }: FastifyRequest, reply: FastifyReply): void {
  void reply.header('connection', 'keep-alive');
  raw.resume();
  const giveUp = setTimeout(() => raw.destroy(), LONGEST_READ_MS).unref();
  raw.once('end', () => clearTimeout(giveUp));
  raw.once('close', () => clearTimeout(giveUp));
}
