import {
  type CallHandler,
  createParamDecorator,
  type ExecutionContext,
  type NestInterceptor,
  UseInterceptors,
} from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { map, type Observable } from 'rxjs';
import { DomainError } from '#libs/kernel';

/**
 * A weak ETag of what has a revision: figures and verdicts change with every look, what a person decides on
 * changes with the revision only.
 */
const tagOf = (revision: number): string => `W/"r${revision}"`;
const TAG = /^(?:W\/)?"r(\d{1,15})"$/;

class RevisionTagInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    return next.handle().pipe(
      map((view: { revision: number }) => {
        void reply.header('etag', tagOf(view.revision));
        return view;
      }),
    );
  }
}
/** Sends the revision of what the handler returns as a weak `ETag`. */
export const WithRevisionTag = () => UseInterceptors(RevisionTagInterceptor);

/**
 * The revision in `If-Match`; `undefined` where there is none, or `*`.
 * @throws DomainError `changed_meanwhile` (412) for a tag that no revision has
 */
export const SeenRevision = createParamDecorator(
  (_data: unknown, context: ExecutionContext): number | undefined => {
    const header = context.switchToHttp().getRequest<FastifyRequest>().headers['if-match']?.trim();
    if (header === undefined || header === '*') return undefined;
    const revision = TAG.exec(header)?.[1];
    if (revision !== undefined) return Number(revision);
    throw new DomainError(
      'stale',
      'changed_meanwhile',
      'If-Match names no revision of it. Send the ETag that a GET of it gave, or leave the header out.',
    );
  },
);
