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
import { HonoursIfMatch } from '../access/route-access.ts';
import { matchingTags } from './entity-tags.ts';

/**
 * The ETag of what has a revision. It says what a person decides on: figures and verdicts change with every look, and the tag does not. It is
 * strong, since `If-Match` compares strongly, and is compared with nothing else (no 304 rests on it).
 */
const tagOf = (revision: number): string => `"r${revision}"`;
const TAG = /^r(\d{1,15})$/;

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
/** Sends the revision of what the handler returns as its `ETag`. */
export const WithRevisionTag = () => UseInterceptors(RevisionTagInterceptor);

/**
 * The revisions in `If-Match`; `undefined` where there is none, or `*`. Clients of the last release send `W/"r7"`, which is taken for one more.
 * @throws DomainError `if_match_malformed` (400), or `changed_meanwhile` (412) where no revision has any of the tags
 */
export const SeenRevision = createParamDecorator(
  (_data: unknown, context: ExecutionContext): readonly number[] | undefined => {
    const header = context.switchToHttp().getRequest<FastifyRequest>().headers['if-match'];
    const tags = header === undefined ? null : matchingTags(header, TAG);
    if (tags === null) return undefined;
    const revisions = tags.flatMap((tag) => TAG.exec(tag)?.[1] ?? []).map(Number);
    if (revisions.length > 0) return revisions;
    throw new DomainError(
      'stale',
      'changed_meanwhile',
      'If-Match names no revision of it. Send the ETag that a GET of it gave, or leave the header out.',
    );
  },
  [HonoursIfMatch],
);
