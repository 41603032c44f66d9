import type { Reason } from '#libs/data-plane';
import { HeadTooLarge } from '../heads/head-lines.ts';
import { BadMessage, CutOff } from '../http/bad-message.ts';
import {
  AnswerTooLargeError,
  BrokenOffError,
  ConnectTimeoutError,
  LateAnswerError,
  NoRoomError,
  NotSentError,
  OverLimitError,
  UpstreamTimeoutError,
} from '../upstream/connection/errors.ts';

export type { Reason };

/** Why there is no answer. */
export function reasonOf(error: Error): Reason {
  if (error instanceof OverLimitError) return 'over_limit';
  if (error instanceof AnswerTooLargeError) return 'too_large';
  if (error instanceof NoRoomError) return 'no_memory';
  if (
    error instanceof LateAnswerError ||
    error instanceof UpstreamTimeoutError ||
    error instanceof ConnectTimeoutError
  )
    return 'timeout';
  if (error instanceof NotSentError) return 'unreachable';
  if (error instanceof BrokenOffError || error instanceof CutOff) return 'cut_off';
  return error instanceof BadMessage || error instanceof HeadTooLarge ? 'malformed' : 'unreachable';
}
