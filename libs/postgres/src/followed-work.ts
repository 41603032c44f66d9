import { AsyncLocalStorage } from 'node:async_hooks';

/** What a request has claimed to be done once: whoever commits for it says so in the claim itself. */
export interface FollowedClaim {
  readonly tokenId: string;
  readonly key: string;
  readonly attempt: string;
}

/** The work of one request, from when its key was claimed until its answer is kept. */
export interface FollowedWork {
  readonly claim: FollowedClaim;
  /** Transactions that were begun for it. */
  begun: number;
  /** Is one under way? */
  isOpen: boolean;
  /** Of those whose commit was sent: how many may be kept. */
  sent: number;
  /** It has ended: what it has set going goes on by itself. */
  isOver: boolean;
}

const works = new AsyncLocalStorage<FollowedWork>();
/** Errors that units of work ended with: what became of their transactions is in the claim. */
const ofUnits = new WeakSet<object>();

/** The request that the work under way is for; `null`: none, or it has ended. */
export function followedWork(): FollowedWork | null {
  const work = works.getStore();
  return work && !work.isOver ? work : null;
}

/** Begins the work of a request whose key is claimed. */
export function followWork<T>(claim: FollowedClaim, begin: () => T): { begun: T; work: FollowedWork } {
  const work: FollowedWork = { claim, begun: 0, isOpen: false, sent: 0, isOver: false };
  return { begun: works.run(work, begin), work };
}

/** Notes of an error that it came of a unit of work: nothing was done past the transactions that the claim knows of. */
export function noteOfUnit(error: unknown): void {
  if (typeof error === 'object' && error !== null) ofUnits.add(error);
}

export const isOfUnit = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && ofUnits.has(error);
