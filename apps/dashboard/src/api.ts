import { createClient, UnderstudyError } from '#libs/client';
import { base } from './base.ts';

/** Two servers may be on one host, below paths of their own. */
const KEY = `understudy-token${base}`;
/** Where the api is. */
export const here = `${window.location.origin}${base}`;

/** A token for this tab only; without one, the session of whoever has logged in counts. */
export const token = {
  get: (): string | null => sessionStorage.getItem(KEY),
  set: (value: string): void => sessionStorage.setItem(KEY, value),
  clear: (): void => sessionStorage.removeItem(KEY),
};

export const client = createClient({ url: here, token: token.get });

/** What the api answered; it has thrown where there is none. */
export function dataOf<T>({ data }: { data?: T }): T {
  if (data === undefined) throw new Error('The answer is empty.');
  return data;
}

export const isLoggedOut = (error: unknown): boolean =>
  error instanceof UnderstudyError && error.status === 401;
