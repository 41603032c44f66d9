import type { BatchLists, BatchName } from '#libs/gateway-protocol';

/** A batch that waits, or is on its way. It is named when it is first sent, or kept on disk: names arrive in their order. */
export interface Waiting {
  readonly lists: BatchLists;
  readonly name: BatchName | null;
  /** An attempt has had no answer, so it may have arrived. */
  readonly mayBeCounted: boolean;
}

export const waitingFor = (lists: BatchLists): Waiting => ({ lists, name: null, mayBeCounted: false });
