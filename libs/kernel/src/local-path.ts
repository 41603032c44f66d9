/** Any origin: what resolves to another one was not a path within this server. */
const HERE = 'http://here.invalid';

/**
 * Where within this server a browser is sent by a text that somebody else wrote (`returnTo`, `to`).
 * It is read as a browser reads it (WHATWG URL: tabs and newlines are dropped, a backslash is a slash), and what is
 * answered is what was understood, not what was written: path, query and fragment in ASCII, so it fits a header too.
 * @returns a path that begins with one slash; `/` for whatever leads elsewhere
 */
export function localPath(text: string): string {
  // Without a leading slash it is relative to a page, or has a scheme.
  if (!text.startsWith('/') || !URL.canParse(text, HERE)) return '/';
  const { origin, pathname, search, hash } = new URL(text, HERE);
  // "/.//evil.example" has the path "//evil.example", which the next reader takes for a host.
  if (origin !== HERE || pathname.startsWith('//')) return '/';
  return pathname + search + hash;
}
