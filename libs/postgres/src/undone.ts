import { AsyncLocalStorage } from 'node:async_hooks';
import { databaseFailure } from './database-failure.ts';

/** Errors after which nothing of the work that they ended is kept. */
const undone = new WeakSet<object>();
const commits = new AsyncLocalStorage<{ sent: number }>();

/** Notes of a unit of work's error that its commit was never sent, or came to nothing: PostgreSQL keeps nothing of it. */
export function noteUndone(error: unknown): void {
  if (typeof error === 'object' && error !== null) undone.add(error);
}

/** Notes that a transaction of the work under way is about to be committed. @returns takes that back, where nothing came of it */
export function noteCommit(): () => void {
  const within = commits.getStore();
  if (!within) return () => undefined;
  within.sent++;
  return () => void within.sent--;
}

/** Does somebody want to know what became of the commits of the work under way? */
export const areCommitsFollowed = (): boolean => commits.getStore() !== undefined;

/** Begins some work, and says of an error that it ended with whether anything of all it did may be kept. */
export function followCommits<T>(begin: () => T): {
  readonly begun: T;
  readonly mayHaveKept: (error: unknown) => boolean;
} {
  const within = { sent: 0 };
  const begun = commits.run(within, begin);
  return {
    begun,
    mayHaveKept: (error) =>
      within.sent > 0 ||
      (databaseFailure(error) === 'away' &&
        !(typeof error === 'object' && error !== null && undone.has(error))),
  };
}
