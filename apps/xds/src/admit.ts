import type { EventEmitter } from 'node:events';
import { type Metadata, status } from '@grpc/grpc-js';
import { on, type Owner, whenSettled } from '#libs/data-plane';
import type { TokenCheck } from './token-check.ts';

/** A stream that an Envoy has opened. */
type EnvoyStream = EventEmitter & { readonly metadata: Metadata };

/** What becomes of a stream. */
export interface Admission<Message> {
  hear(message: Message): void;
  refuse(code: status, details: string): void;
}

const BEARER = /^Bearer +(\S+)$/i;

/** Lets an Envoy in by its token. What it says until that is known waits. */
export function admit<Message>(
  owner: Owner,
  stream: EnvoyStream,
  tokens: Pick<TokenCheck, 'check'>,
  { hear, refuse }: Admission<Message>,
): void {
  const waiting: Message[] = [];
  let isLetIn = false;
  on<Message>(owner, stream, 'data', (message) => {
    if (isLetIn) hear(message);
    else waiting.push(message);
  });
  const token = tokenOf(stream.metadata);
  if (token === null)
    return refuse(
      status.UNAUTHENTICATED,
      'No token: set "authorization: Bearer …" in the initial_metadata of ads_config.grpc_services, a token with the scope "gateway".',
    );
  whenSettled(
    owner,
    tokens.check(token),
    (verdict) => {
      if (verdict === 'no')
        return refuse(status.PERMISSION_DENIED, 'The token is unknown, or lacks the scope "gateway".');
      if (verdict === 'unknown')
        return refuse(status.UNAVAILABLE, 'The api, which would know this token, does not answer.');
      isLetIn = true;
      for (const message of waiting.splice(0)) hear(message);
    },
    (error) => owner.endBy(error),
  );
}

/** By which an Envoy shows who it is. */
export function tokenOf(metadata: Metadata): string | null {
  const [, token] = BEARER.exec(String(metadata.get('authorization')[0] ?? '')) ?? [];
  return token ?? null;
}
