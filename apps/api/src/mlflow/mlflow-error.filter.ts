import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { DomainError, type DomainErrorKind, redact } from '#libs/kernel';
import { toProblem } from '../http/problems/problem.ts';
import { MlflowError, type MlflowErrorCode, STATUS_OF } from './mlflow-error.ts';

const CODE_OF: Readonly<Record<DomainErrorKind, MlflowErrorCode>> = {
  malformed: 'INVALID_PARAMETER_VALUE',
  invalid: 'INVALID_PARAMETER_VALUE',
  unauthenticated: 'UNAUTHENTICATED',
  forbidden: 'PERMISSION_DENIED',
  not_found: 'RESOURCE_DOES_NOT_EXIST',
  gone: 'RESOURCE_DOES_NOT_EXIST',
  // MLflow has no code for what may not be done now; a client shows the message.
  conflict: 'INVALID_PARAMETER_VALUE',
  stale: 'INVALID_PARAMETER_VALUE',
  too_large: 'INVALID_PARAMETER_VALUE',
  unsupported: 'INVALID_PARAMETER_VALUE',
  too_many: 'REQUEST_LIMIT_EXCEEDED',
  unavailable: 'TEMPORARILY_UNAVAILABLE',
};

/** Errors leave in MLflow's form: `{ error_code, message }`. */
@Catch()
export class MlflowErrorFilter implements ExceptionFilter {
  catch(error: unknown, host: ArgumentsHost): void {
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    if (reply.sent) return;
    host.switchToHttp().getRequest<{ problemCode?: string }>().problemCode = toProblem(error).code;
    const { code, message } = toMlflow(error);
    const status = STATUS_OF[code];
    if (status === 401) void reply.header('www-authenticate', 'Basic realm="understudy"');
    void reply
      .status(status)
      .type('application/json')
      .send(JSON.stringify({ error_code: code, message: redact(message) }));
  }
}

function toMlflow(error: unknown): { code: MlflowErrorCode; message: string } {
  if (error instanceof MlflowError) return error;
  if (error instanceof DomainError) return { code: CODE_OF[error.kind], message: error.detail };
  const { status, detail } = toProblem(error);
  if (status === 503) return { code: 'TEMPORARILY_UNAVAILABLE', message: detail };
  return { code: status < 500 ? 'INVALID_PARAMETER_VALUE' : 'INTERNAL_ERROR', message: detail };
}
