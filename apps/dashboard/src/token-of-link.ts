import { isThisMachine } from '#libs/kernel';

/**
 * The token that `npm start -- --open` has put behind the address of the login page; `null`: none. Only on the machine itself: a link that others send
 * leads nobody into their account.
 */
export function tokenOfLink({ hash, hostname }: Pick<Location, 'hash' | 'hostname'>): string | null {
  if (!isThisMachine(hostname)) return null;
  return /^#token=(us_\w+)$/.exec(hash)?.[1] ?? null;
}
