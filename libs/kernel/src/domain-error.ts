/** What kind of mistake it was; the HTTP edge maps each kind to a status. */
export type DomainErrorKind =
  | 'invalid' // 422: the request is understood and wrong
  | 'malformed' // 400: it cannot be understood
  | 'unauthenticated' // 401
  | 'forbidden' // 403
  | 'not_found' // 404
  | 'conflict' // 409
  | 'gone' // 410: it was here, and was taken away on purpose
  | 'stale' // 412: it has changed since the caller looked
  | 'too_large' // 413
  | 'unsupported' // 415: not in this format
  | 'too_many' // 429: later, or less
  | 'unavailable'; // 503: try again later

/** One mistake in a request: where it is (JSON pointer, RFC 6901) and what is wrong. */
export interface FieldError {
  readonly pointer: string;
  readonly detail: string;
}

/**
 * An error that a caller can mend. `detail` says what to do; `code` is stable, so programs may
 * branch on it.
 */
export class DomainError extends Error {
  override readonly name = 'DomainError';

  constructor(
    readonly kind: DomainErrorKind,
    readonly code: string,
    readonly detail: string,
    readonly errors: readonly FieldError[] = [],
  ) {
    super(detail);
  }
}

/** Turns a path of keys into a JSON pointer: `['steps', 0, 'canary']` -> `/steps/0/canary`. */
export function toPointer(path: readonly PropertyKey[]): string {
  return path.map((key) => '/' + String(key).replaceAll('~', '~0').replaceAll('/', '~1')).join('');
}
