import type { FailureReason } from '#libs/traffic';

/** What a model server did, or did not do. */
type Theirs =
  | FailureReason
  | 'timeout'
  | 'unreachable'
  | 'malformed'
  | 'abandoned'
  /** The connection ended in the middle of an answer. */
  | 'cut_off'
  /** The first or the last event of a stream says that there is no answer. */
  | 'error_event';
/** A limit of ours, or a verdict from before: in no arm. */
type Ours = 'over_limit' | 'too_large' | 'no_memory' | 'tripped';

/** Why a request failed, or why the primary answered in the candidate's stead: bins of the evidence, so they are kept. */
export type Reason = Theirs | Ours;
