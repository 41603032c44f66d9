import type { Instant } from '#libs/kernel';
import type { Served } from '../ports/feedback-records.ts';

/** What a caller reports about one answer, or about one of its users. */
export interface Feedback {
  /** The model that it is about. A receipt says so itself. */
  readonly model: string;
  readonly metric: string;
  readonly value: number;
  readonly at: Instant | null;
  /** The caller's own name for this event; the same one again is a repeat. */
  readonly id: string | null;
  readonly by:
    | { readonly kind: 'receipt'; readonly served: Served; readonly requestId: string }
    | { readonly kind: 'request'; readonly requestId: string }
    | { readonly kind: 'unit'; readonly unit: string };
}

/** What became of a batch, item by item where something is to be said. */
export interface FeedbackReport {
  readonly counted: number;
  /** Known already. */
  readonly repeated: number;
  /** Nobody judges by it: no rollout had served it, or no gate asks for the metric. */
  readonly unattributed: number;
  readonly refused: readonly { readonly index: number; readonly because: string }[];
}
