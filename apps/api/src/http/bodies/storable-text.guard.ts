import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Readable } from 'node:stream';
import { DomainError, unstorableIn } from '#libs/kernel';
import { routeAccess } from '../../access/route-access.ts';
import { SignedBody } from './signed-body.ts';

/**
 * Refuses text that PostgreSQL cannot keep as it is: NUL characters, and half a surrogate pair, which
 * UTF-8 does not have; and a key that JavaScript would lose. Otherwise it would come back changed, or as an error from far below.
 */
@Injectable()
export class StorableTextGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const { body, query, params } = request;
    for (const part of [params, query, isReadLater(request) ? null : body]) assertStorable(part);
    return true;
  }
}

/**
 * Bytes of an artifact are kept as they are; a signed delivery is read, and checked, by its handler; and what is
 * taken entry by entry is checked so.
 */
const isReadLater = (request: FastifyRequest): boolean =>
  request.body instanceof Readable ||
  request.body instanceof SignedBody ||
  routeAccess(request)?.takes === 'entries';

/** @throws DomainError `request_invalid` for text that cannot be kept, and for what is nested too deep */
export function assertStorable(value: unknown, at: readonly (string | number)[] = []): void {
  const mistake = unstorableIn(value, at);
  if (mistake === null) return;
  throw new DomainError('invalid', 'request_invalid', `The request has a mistake: ${mistake.detail}.`, [
    mistake,
  ]);
}
