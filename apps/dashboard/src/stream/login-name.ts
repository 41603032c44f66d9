import { base } from '../base.ts';

/**
 * Names a login in this browser, so that tabs of another one hear nothing of it.
 * @param token of this tab; `null`: the browser's session, which is then named by who it is
 * @returns a hash: the names of locks and channels are no place for a token. Empty where there is no hashing, since
 *   this is no secure context: nothing is shared there.
 */
export async function loginName(token: string | null, me: unknown): Promise<string> {
  if (!('subtle' in crypto)) return '';
  const bytes = new TextEncoder().encode(JSON.stringify([base, token, token === null ? me : null]));
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return `understudy-stream-${[...hash].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}
