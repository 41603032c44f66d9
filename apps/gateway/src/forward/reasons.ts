import type { FailureReason } from '#libs/traffic';
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

/** What a model server did, or did not do. */
type Theirs =
  | FailureReason
  | 'timeout'
  | 'unreachable'
  | 'malformed'
  | 'abandoned'
  /** The connection ended in the middle of an answer. */
  | 'cut_off'
  /** The first event of a stream says that there is no answer. */
  | 'error_event';
/** A limit of ours, or a verdict from before: in no arm. */
type Ours = 'over_limit' | 'too_large' | 'no_memory' | 'tripped';

/** Why a request failed, or why the primary answered in the candidate's stead: bins of the evidence, so they are kept. */
export type Reason = Theirs | Ours;

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
