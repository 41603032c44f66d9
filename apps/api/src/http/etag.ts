import { createHash } from 'node:crypto';
import {
  type CallHandler,
  createParamDecorator,
  type ExecutionContext,
  type NestInterceptor,
  UseInterceptors,
} from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { map, type Observable } from 'rxjs';
import { canonicalJson, DomainError } from '#libs/kernel';
import { HonoursIfMatch } from '../access/route-access.ts';
import { entityTags, matchingTags } from './entity-tags.ts';

const digestOf = (view: unknown): string =>
  createHash('sha256').update(canonicalJson(view)).digest('base64url').slice(0, 27);

/** Between what a person changes and what comes and goes by itself. In no digest. */
const BETWEEN = '.';

/**
 * The tag of a resource as it is shown: the same for the same content, in every process.
 * @param passing fields that come and go by themselves: part of the tag while there is something in them, and of no `If-Match`
 */
export function etagOf(view: unknown, passing: readonly string[] = []): string {
  if (passing.length === 0 || typeof view !== 'object' || view === null) return `"${digestOf(view)}"`;
  const [lasting, others] = [{}, {}] as [Record<string, unknown>, Record<string, unknown>];
  for (const [name, value] of Object.entries(view))
    if (!passing.includes(name)) lasting[name] = value;
    else if (value !== null) others[name] = value;
  const suffix = Object.keys(others).length === 0 ? '' : BETWEEN + digestOf(others);
  return `"${digestOf(lasting)}${suffix}"`;
}

/** Another form of a resource than JSON. Its tag is that of the resource, with the form's own behind it: `If-Match` takes it as it takes the JSON's. */
export class OtherForm {
  constructor(
    readonly resource: unknown,
    readonly text: string,
    readonly type: string,
  ) {}
}

const tagOfForm = ({ resource, text }: OtherForm): string =>
  `"${digestOf(resource)}${BETWEEN}${digestOf(text)}"`;

/** Sends an `ETag` with what the handler returns, and 304 to who has it already (`If-None-Match`). */
class EtagInterceptor implements NestInterceptor {
  constructor(private readonly passing: readonly string[] = []) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    return next.handle().pipe(
      map((view: unknown) => {
        const isOther = view instanceof OtherForm;
        const etag = isOther ? tagOfForm(view) : etagOf(view, this.passing);
        void reply.header('etag', etag);
        if (isOther) void reply.type(view.type);
        if (request.method !== 'GET' || !names(request.headers['if-none-match'], etag))
          return isOther ? view.text : view;
        void reply.status(304);
        return undefined;
      }),
    );
  }
}
/** @param passing fields that come and go by themselves */
export const WithEtag = (...passing: readonly string[]) => UseInterceptors(new EtagInterceptor(passing));

/** The `If-Match` of a change; `null`: the caller does not care what was there. */
export const IfMatch = createParamDecorator(
  (_data: unknown, context: ExecutionContext): string | null =>
    context.switchToHttp().getRequest<FastifyRequest>().headers['if-match'] ?? null,
  [HonoursIfMatch],
);

/**
 * Refuses a change of something that is not as the caller saw it. Call it where nobody else can change it.
 * @param view what a GET would show now; asked for only when there is something to compare. Of an `OtherForm`, who has seen that form has to
 *   have seen the present one (a comment is lost otherwise), and who has seen the resource alone says nothing of its forms
 * @throws DomainError `changed_meanwhile` (412), `if_match_malformed` (400)
 */
export async function assertUnchanged(ifMatch: string | null, view: () => unknown): Promise<void> {
  const tags = ifMatch === null ? null : matchingTags(ifMatch);
  if (tags === null) return;
  const now = await view();
  const isNow = (tag: string): boolean =>
    now instanceof OtherForm
      ? [etagOf(now.resource), tagOfForm(now)].includes(`"${tag}"`)
      : `"${tag.replace(PASSING, '')}"` === etagOf(now);
  if (tags.some(isNow)) return;
  throw new DomainError(
    'stale',
    'changed_meanwhile',
    'It has changed since you looked (its ETag is not the one in If-Match). Get it again, and decide anew.',
  );
}

/** What of a tag says what comes and goes by itself. */
const PASSING = /\.[\w-]{27}$/;

/** `If-None-Match` compares weakly; one that is malformed names nothing, and the answer is whole. */
function names(header: string | undefined, etag: string): boolean {
  const tags = header === undefined ? null : entityTags(header);
  return tags === '*' || (tags?.some(({ opaque }) => `"${opaque}"` === etag) ?? false);
}
