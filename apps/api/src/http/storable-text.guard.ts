import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Readable } from 'node:stream';
import { DomainError, type FieldError, toPointer } from '#libs/kernel';
import { SignedBody } from './signed-body.ts';

const HALF_A_PAIR = /\p{Surrogate}/u;
/** Deeper than any document of ours; what walks a document does so by recursion. */
const DEEPEST = 64;

/**
 * Refuses text that PostgreSQL cannot keep as it is: NUL characters, and half a surrogate pair, which
 * UTF-8 does not have; and a key that JavaScript would lose. Otherwise it would come back changed, or as an error from far below.
 */
@Injectable()
export class StorableTextGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const { body, query, params } = context.switchToHttp().getRequest<FastifyRequest>();
    for (const part of [params, query, isBytes(body) ? null : body]) assertStorable(part);
    return true;
  }
}

/** Bytes of an artifact are kept as they are; a signed delivery is read, and checked, by its handler. */
const isBytes = (body: unknown): boolean => body instanceof Readable || body instanceof SignedBody;

/** @throws DomainError `request_invalid` for text that cannot be kept, and for what is nested too deep */
export function assertStorable(value: unknown, at: readonly (string | number)[] = []): void {
  const mistake = problemIn(value, [...at]);
  if (mistake === null) return;
  throw new DomainError('invalid', 'request_invalid', `The request has a mistake: ${mistake.detail}.`, [
    mistake,
  ]);
}

/** @param at where the value is; the same array for all of them, so that the work does not grow with the depth */
function problemIn(value: unknown, at: (string | number)[]): FieldError | null {
  if (typeof value === 'string') return inText(value, at);
  if (typeof value !== 'object' || value === null) return null;
  if (at.length >= DEEPEST) return { pointer: toPointer([...at]), detail: `nested deeper than ${DEEPEST}` };
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) {
      at.push(i);
      const problem = problemIn(value[i], at);
      if (problem) return problem;
      at.pop();
    }
    return null;
  }
  for (const [key, item] of Object.entries(value)) {
    const wrong = inKey(key, at);
    if (wrong) return wrong;
    at.push(key);
    const problem = problemIn(item, at);
    if (problem) return problem;
    at.pop();
  }
  return null;
}

function inKey(key: string, at: readonly (string | number)[]): FieldError | null {
  // JavaScript would make it the object's prototype, and lose it.
  if (key === '__proto__') return { pointer: toPointer([...at, key]), detail: 'cannot be a key' };
  return inText(key, at);
}

function inText(text: string, at: readonly (string | number)[]): FieldError | null {
  const detail = text.includes('\0')
    ? 'holds a NUL character'
    : HALF_A_PAIR.test(text)
      ? 'holds half a surrogate pair, which is no character'
      : null;
  return detail === null ? null : { pointer: toPointer([...at]), detail };
}
