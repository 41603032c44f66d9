import { createHash, randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  type CallHandler,
  type ExecutionContext,
  Inject,
  Injectable,
  type NestInterceptor,
  SetMetadata,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { catchError, concatMap, finalize, from, type Observable, of, throwError } from 'rxjs';
import { canonicalJson, DomainError } from '#libs/kernel';
import type { Caller, IdempotencyStore, KeyClaim, SecretBox } from '#libs/engine';
import { databaseFailure, type FollowedWork, followWork, isOfUnit } from '#libs/postgres';
import { IDEMPOTENCY_STORE, LOGGER, type Logger, SECRET_BOX } from '../ports.ts';
import { ClaimsUnderWay } from './claims-under-way.ts';
import { Later } from './later.ts';

type Request = FastifyRequest & { caller?: Caller };

const ANSWERS_SECRET = 'understudy:answers-secret';
/** After a longer outage whoever repeats has been told that the answer is lost, or has done the work himself. */
const LATER_MS = 35_000;
/** The answer holds a secret: where it is kept for a repeat, it is sealed. */
export const AnswersSecret = () => SetMetadata(ANSWERS_SECRET, true);

/**
 * POST with an `Idempotency-Key`: the first answer is kept for a day and given again for the same
 * request; 409 while the first one is under way, and 422 when the key was used for another request.
 * Every transaction of the request says in the claim that it was kept (ADR 46). So one of which nothing was kept frees its key at once, also where
 * nobody was left to say so: a claim that is not renewed for 15 s is taken over, and whoever had it commits nothing any more.
 */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  private readonly later = new Later(LATER_MS);
  private readonly underWay: ClaimsUnderWay;

  constructor(
    @Inject(IDEMPOTENCY_STORE) private readonly store: IdempotencyStore,
    @Inject(SECRET_BOX) private readonly box: SecretBox,
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly reflector: Reflector,
  ) {
    this.underWay = new ClaimsUnderWay((claims) => this.store.renew(claims));
  }

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const request = context.switchToHttp().getRequest<Request>();
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    const isSecret = this.reflector.get<boolean | undefined>(ANSWERS_SECRET, context.getHandler()) === true;
    if (isSecret) void reply.header('cache-control', 'no-store');
    const key = request.headers['idempotency-key'];
    const tokenId = request.caller?.id;
    // An upload is named by its own digest: repeating it does nothing twice.
    if (request.body instanceof Readable) return next.handle();
    if (request.method !== 'POST' || typeof key !== 'string' || tokenId === undefined) return next.handle();
    if (key.length < 1 || key.length > 255)
      throw new DomainError(
        'malformed',
        'idempotency_key_invalid',
        'An Idempotency-Key has 1 to 255 characters.',
      );

    const hash = createHash('sha256')
      .update(`${request.url}\n${canonicalJson(request.body ?? null)}`)
      .digest('hex');
    const purpose = `idempotency:${tokenId}:${key}`;
    const kept = (body: unknown): unknown =>
      isSecret ? { sealed: this.box.seal(JSON.stringify(body), purpose) } : body;
    const mine: KeyClaim = { tokenId, key, attempt: randomUUID() };
    const claimedAt = performance.now();
    const claim = await this.store.claim(mine, hash).catch((error: unknown) => {
      // It may be claimed nevertheless, and nobody is at work.
      this.releaseLater(mine, claimedAt);
      throw error;
    });
    switch (claim.kind) {
      case 'in_flight':
        throw new DomainError(
          'conflict',
          'idempotency_in_flight',
          'The first request with this Idempotency-Key is still under way; repeat it in a moment.',
        );
      case 'other_request':
        throw new DomainError(
          'invalid',
          'idempotency_key_reused',
          'This Idempotency-Key was used for another request. Use a new key for a new request.',
        );
      case 'answer_lost':
        throw new DomainError(
          'conflict',
          'idempotency_answer_lost',
          'The first request with this Idempotency-Key was carried out, at least in part, and its answer is lost. It is not done again: look at what it has done, and use a new key for what is left to do.',
        );
      case 'answered':
        void reply.status(claim.status).header('idempotent-replayed', 'true');
        return of(isSecret ? this.opened(claim.body, purpose) : claim.body);
      case 'new': {
        this.underWay.add(mine);
        const { begun, work } = followWork(mine, () => next.handle());
        return begun.pipe(
          // Of the handler only: once that is done, nothing makes the key free for doing it again.
          catchError((error: unknown) =>
            from(this.failed(error, mine, claimedAt)).pipe(concatMap(() => throwError(() => error))),
          ),
          concatMap((body: unknown) =>
            from(
              this.keep(() => this.store.answer(mine, reply.statusCode, kept(body)), claimedAt).then(
                () => body,
              ),
            ),
          ),
          finalize(() => this.over(mine, work)),
        );
      }
    }
  }

  private over(mine: KeyClaim, work: FollowedWork): void {
    work.isOver = true;
    this.underWay.remove(mine);
  }

  /** The key is free again where nothing was kept: whoever was refused was told so, of all else the claim itself says. */
  private async failed(error: unknown, mine: KeyClaim, claimedAt: number): Promise<void> {
    const failure = databaseFailure(error);
    // Past all units of work something may have been done: nobody knows, and its claim ends by itself.
    if (failure === 'away' && !isOfUnit(error)) return;
    await this.release(mine, claimedAt, { unlessKept: failure !== null });
  }

  /** Now, or as soon as the database answers. The caller is told why the request failed, not this: it waits for the first attempt only. */
  private async release(
    mine: KeyClaim,
    claimedAt: number,
    how: { readonly unlessKept: boolean },
  ): Promise<void> {
    await this.store.release(mine, how).catch(() => this.releaseLater(mine, claimedAt, how));
  }

  private releaseLater(
    mine: KeyClaim,
    claimedAt: number,
    how: { readonly unlessKept: boolean } = { unlessKept: false },
  ): void {
    this.later.do(
      () => this.store.release(mine, how),
      claimedAt,
      (error) => this.notKept(error),
    );
  }

  /** What was done is answered, kept or not: told of a failure, the caller would do it again. */
  private async keep(answer: () => Promise<void>, claimedAt: number): Promise<void> {
    await answer()
      .catch(answer)
      .catch(() => this.later.do(answer, claimedAt, (error) => this.notKept(error)));
  }

  private notKept(error: unknown): void {
    this.logger.warn({ err: error }, 'an Idempotency-Key stays claimed for a while: the database was away');
  }

  private opened(kept: unknown, purpose: string): unknown {
    return JSON.parse(this.box.open((kept as { sealed: string }).sealed, purpose));
  }
}
