import type { EventEmitter } from 'node:events';
import { type Metadata, status } from '@grpc/grpc-js';
import { every, on, type Owner, whenSettled } from '#libs/data-plane';
import type { TokenCheck } from './token-check.ts';

/** A stream that an Envoy has opened. */
type EnvoyStream = EventEmitter & { readonly metadata: Metadata };

/** What becomes of a stream. */
export interface Admission<Message> {
  hear(message: Message): void;
  refuse(code: status, details: string): void;
}

const BEARER = /^Bearer +(\S+)$/i;

/** An open stream's token is asked about again so often; a revoked one is known of for as long at most (`TokenCheck`). */
const AGAIN_MS = 60_000;
const ENDS = ['end', 'close', 'cancelled', 'error'];
const REFUSED = 'The token is unknown, or lacks the scope "gateway".';

/** Lets an Envoy in by its token, for as long as it is good. What it says until that is known is not read: it stays with the peer. */
export function admit<Message>(
  owner: Owner,
  stream: EnvoyStream,
  tokens: Pick<TokenCheck, 'check'>,
  { hear, refuse }: Admission<Message>,
  againMs = AGAIN_MS,
): void {
  const token = tokenOf(stream.metadata);
  if (token === null)
    return refuse(
      status.UNAUTHENTICATED,
      'No token: set "authorization: Bearer …" in the initial_metadata of ads_config.grpc_services, a token with the scope "gateway".',
    );
  let isOver = false;
  let again: NodeJS.Timeout | undefined;
  for (const event of ENDS)
    on(owner, stream, event, () => {
      isOver = true;
      clearInterval(again);
    });
  whenSettled(
    owner,
    tokens.check(token),
    (verdict) => {
      if (isOver) return;
      if (verdict === 'no') return refuse(status.PERMISSION_DENIED, REFUSED);
      if (verdict === 'unknown')
        return refuse(status.UNAVAILABLE, 'The api, which would know this token, does not answer.');
      on<Message>(owner, stream, 'data', hear);
      again = every(owner, againMs, () =>
        whenSettled(
          owner,
          tokens.check(token),
          (now) => {
            if (now !== 'no') return;
            clearInterval(again);
            refuse(status.PERMISSION_DENIED, REFUSED);
          },
          (error) => owner.endBy(error),
        ),
      ).unref();
    },
    (error) => owner.endBy(error),
  );
}

/** By which an Envoy shows who it is. */
export function tokenOf(metadata: Metadata): string | null {
  const [, token] = BEARER.exec(String(metadata.get('authorization')[0] ?? '')) ?? [];
  return token ?? null;
}
