import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
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
import { catchError, concatMap, from, type Observable, of, throwError } from 'rxjs';
import { canonicalJson, DomainError } from '#libs/kernel';
import type { Caller, IdempotencyStore, SecretBox } from '#libs/engine';
import { databaseFailure, followCommits } from '#libs/postgres';
import { IDEMPOTENCY_STORE, LOGGER, type Logger, SECRET_BOX } from '../ports.ts';

type Request = FastifyRequest & { caller?: Caller };

const ANSWERS_SECRET = 'understudy:answers-secret';
const RELEASE_AGAIN_MS = 500;
/** A claim ends by itself after a minute, and is somebody else's then: nobody gives it back later than so long after it was asked for. */
const RELEASE_MS = 35_000;
/** The answer holds a secret: where it is kept for a repeat, it is sealed. */
export const AnswersSecret = () => SetMetadata(ANSWERS_SECRET, true);

/**
 * POST with an `Idempotency-Key`: the first answer is kept for a day and given again for the same
 * request; 409 while the first one is under way, and for a minute where nobody knows what became of it (the database
 * went away while a commit was under way); 422 when the key was used for another request.
 */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  constructor(
    @Inject(IDEMPOTENCY_STORE) private readonly store: IdempotencyStore,
    @Inject(SECRET_BOX) private readonly box: SecretBox,
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly reflector: Reflector,
  ) {}

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
    const claimedAt = performance.now();
    const claim = await this.store.claim(tokenId, key, hash);
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
      case 'answered':
        void reply.status(claim.status).header('idempotent-replayed', 'true');
        return of(isSecret ? this.opened(claim.body, purpose) : claim.body);
      case 'new': {
        const { begun, mayHaveKept } = followCommits(() => next.handle());
        // The key is free again where nothing was done; where a commit may have been, its claim ends by itself.
        const failed = (error: unknown): Promise<void> =>
          databaseFailure(error) === 'away' && mayHaveKept(error)
            ? Promise.resolve()
            : this.release(tokenId, key, claimedAt);
        return begun.pipe(
          // Of the handler only: once that is done, nothing makes the key free for doing it again.
          catchError((error: unknown) => from(failed(error)).pipe(concatMap(() => throwError(() => error)))),
          concatMap((body: unknown) =>
            from(
              this.keep(() => this.store.answer(tokenId, key, reply.statusCode, kept(body))).then(() => body),
            ),
          ),
        );
      }
    }
  }

  /** Now, or as soon as the database answers. The caller is told why the request failed, not this: it waits for the first attempt only. */
  private async release(tokenId: string, key: string, claimedAt: number): Promise<void> {
    await this.store.release(tokenId, key).catch(() => void this.releaseLater(tokenId, key, claimedAt));
  }

  private async releaseLater(tokenId: string, key: string, claimedAt: number): Promise<void> {
    for (;;) {
      await sleep(RELEASE_AGAIN_MS, undefined, { ref: false });
      const isLast = performance.now() - claimedAt > RELEASE_MS;
      const error = await this.store.release(tokenId, key).then(
        () => null,
        (reason: unknown) => reason,
      );
      if (error === null) return;
      if (isLast) return this.notKept(error);
    }
  }

  /** What was done is answered, kept or not: told of a failure, the caller would do it again. */
  private async keep(answer: () => Promise<void>): Promise<void> {
    await answer()
      .catch(answer)
      .catch((error: unknown) => this.notKept(error));
  }

  private notKept(error: unknown): void {
    this.logger.warn({ err: error }, 'an Idempotency-Key stays claimed for a minute: the database was away');
  }

  private opened(kept: unknown, purpose: string): unknown {
    return JSON.parse(this.box.open((kept as { sealed: string }).sealed, purpose));
  }
}
