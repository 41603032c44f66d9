/**
 * The token that `npm start -- --open` has put behind the address of the login page; `null`: none. Only on the machine itself: a link that others send
 * leads nobody into their account.
 */
export function tokenOfLink({ hash, hostname }: Pick<Location, 'hash' | 'hostname'>): string | null {
  if (!/^(127(\.\d+){3}|localhost|\[::1\])$/.test(hostname)) return null;
  return /^#token=(us_\w+)$/.exec(hash)?.[1] ?? null;
}
