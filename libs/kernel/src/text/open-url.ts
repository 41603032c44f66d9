/**
 * May an address be shown to anybody who sees the thing that it belongs to, and stand in events for good? It is absolute, of one of these
 * schemes, and has neither a user nor a password in it (`http://:secret@host` has no user).
 * @param schemes with their colons: `https:`
 */
export function isOpenUrl(text: string, schemes: readonly string[] = ['http:', 'https:']): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password } = new URL(text);
  return schemes.includes(protocol) && username === '' && password === '';
}
