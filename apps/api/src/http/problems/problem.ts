import { STATUS_CODES } from 'node:http';
import { HttpException } from '@nestjs/common';
import {
  DomainError,
  type DomainErrorKind,
  type FieldError,
  printableLines,
  redact,
  redactDeep,
} from '#libs/kernel';
import { type DatabaseFailure, databaseFailure } from '#libs/postgres';

const STATUS: Record<DomainErrorKind, number> = {
  malformed: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  gone: 410,
  stale: 412,
  too_large: 413,
  unsupported: 415,
  too_many: 429,
  invalid: 422,
  unavailable: 503,
};

interface Problem {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly errors: readonly FieldError[];
}

/** A request of a million mistakes is told the first of them. */
const MOST_ERRORS = 100;

const NOTHING_KEPT = 'nothing of this request is kept. Try again.';
const DATABASE_DETAIL: Record<DatabaseFailure, string> = {
  away: 'The database does not answer right now. A write may have been done nevertheless: look before you repeat it, or repeat it with the same Idempotency-Key, which does nothing twice.',
  'read-only': `The database can only be read right now, as during a failover; ${NOTHING_KEPT}`,
  'too-long': `The database has ended a statement that took too long; ${NOTHING_KEPT} Where it happens again, look at its load.`,
  busy: `Others have been changing the same for so long that this request did not have its turn; ${NOTHING_KEPT}`,
  full: `The database has no room left, on its disk or in memory; ${NOTHING_KEPT} Where it happens again, make room.`,
  undone: `The database ended what this request had begun; ${NOTHING_KEPT}`,
};

/** The body of an answer to a request that failed. */
export function problemText(error: unknown, url: string): string {
  const problem = toProblem(error);
  return JSON.stringify({
    type: 'about:blank',
    title: STATUS_CODES[problem.status] ?? 'Error',
    ...problem,
    instance: redact(url.split('?')[0] ?? ''),
  });
}

/** What an error says to a caller, whatever form it leaves in. What others wrote is named in it, and none of it is obeyed where it is shown. */
export function toProblem(error: unknown): Problem {
  const { detail, errors, ...rest } = redactDeep(problemOf(error));
  const shown = errors.map((one) => ({ ...one, detail: printableLines(one.detail) }));
  return { ...rest, detail: printableLines(detail), errors: shown };
}

function problemOf(error: unknown): Problem {
  if (error instanceof DomainError) {
    const errors = error.errors.slice(0, MOST_ERRORS);
    return { status: STATUS[error.kind], code: error.code, detail: error.detail, errors };
  }
  const failure = databaseFailure(error);
  if (failure !== null)
    return { status: 503, code: 'database_unavailable', detail: DATABASE_DETAIL[failure], errors: [] };
  const status = statusOf(error);
  if (status !== null && status < 500) {
    const detail = error instanceof Error ? error.message : 'The request is wrong.';
    if (status === 400 && /JSON/.test(detail)) {
      return {
        status,
        code: 'json_malformed',
        detail: `The body is not JSON (${detail}). Send JSON, with content-type: application/json.`,
        errors: [],
      };
    }
    const code = (STATUS_CODES[status] ?? 'error').toLowerCase().replace(/\W+/g, '_');
    return { status, code, detail, errors: [] };
  }
  return {
    status: 500,
    code: 'internal',
    detail: 'Something went wrong on our side; the log of the api has the reason.',
    errors: [],
  };
}

function statusOf(error: unknown): number | null {
  if (error instanceof HttpException) return error.getStatus();
  const status = (error as { statusCode?: unknown } | null)?.statusCode;
  return typeof status === 'number' ? status : null;
}
