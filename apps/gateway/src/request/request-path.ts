/** A path that may go on, or why it may not. */
export type PathReading = { readonly path: string } | { readonly refused: string };

/** What most paths have none of; those are not looked at further. */
const UNUSUAL = /[^\x21-\x7e]|[%\\;]|\/[./]/;
const NOT_OF_A_PATH = /[^\x21-\x7e]/;
const BAD_PERCENT = /%(?![0-9A-Fa-f]{2})/;
/** Each byte as one character: control characters. */
// eslint-disable-next-line no-control-regex -- they are what is looked for
const CONTROL = /[\0-\x1f\x7f]/;
/** Bytes of no UTF-8: among them the long forms of `.` and `/` that old decoders read as such (RFC 3629 §10). */
const OVERLONG = /[\xc0\xc1\xf5-\xff]|\xe0[\x80-\x9f]|\xf0[\x80-\x8f]/;
/** Readers decode once, careless ones twice; nobody means more. */
const MOST_DECODED = 4;

/** Nothing of it is read differently by anybody. */
export const isPlain = (path: string): boolean => !UNUSUAL.test(path);

const DOT = '.';
const DOTS = '..';

/**
 * A path without dot segments (RFC 3986 §5.2.4), decoded ones included: whatever reads it next (decodes it, merges its
 * slashes, drops its `;` parameters, takes `\` for `/`) stays below where it starts. Everything else is left as it came.
 * What readers would read differently is refused. Pure.
 * @param path starts with a slash; without a query
 */
export function normalPath(path: string): PathReading {
  if (isPlain(path)) return { path };
  if (NOT_OF_A_PATH.test(path)) return refused('a character that a path must encode');
  if (path.includes('\\'))
    return refused('a backslash, which some servers take for a slash; encode it as %5C');
  if (BAD_PERCENT.test(path)) return refused('a % without two hexadecimal digits after it; encode it as %25');
  const kept: string[] = [];
  let [isOdd, endsWithDots] = [false, false];
  const segments = path.split('/');
  for (let i = 1; i < segments.length; i++) {
    const segment = segments[i] ?? '';
    const kind = kindOf(segment);
    if (typeof kind === 'object') return kind;
    endsWithDots = kind === DOT || kind === DOTS;
    if (kind === DOT) continue;
    if (kind === DOTS) {
      if (isOdd)
        return refused('".." after an empty segment or an encoded slash, which servers count differently');
      if (kept.pop() === undefined) return refused('".." that leads out of the model\'s path');
      continue;
    }
    // An empty segment at the end is its slash.
    if (kind === 'odd' && i < segments.length - 1) isOdd = true;
    kept.push(segment);
  }
  if (endsWithDots) kept.push('');
  // Two slashes at the beginning are the start of a host to some readers.
  let first = 0;
  while (first < kept.length - 1 && kept[first] === '') first++;
  return { path: `/${kept.slice(first).join('/')}` };
}

/** `name`; `odd`: a name that some readers take for none or for several; a dot segment; or why it is refused. */
function kindOf(segment: string): 'name' | 'odd' | '.' | '..' | { readonly refused: string } {
  if (segment === '') return 'odd';
  const once = decodedOnce(segment);
  if (once === DOT || once === DOTS) return once;
  let all = once;
  for (let i = 1, before = segment; all !== before; i++) {
    if (i > MOST_DECODED) return refused(`a segment that is encoded more than ${MOST_DECODED} times`);
    before = all;
    all = decodedOnce(all);
  }
  if (CONTROL.test(all)) return refused('an encoded control character');
  if (OVERLONG.test(all)) return refused('encoded bytes that are not UTF-8');
  const parts = all.split(/[/\\]/);
  for (const part of parts) {
    const bare = nameAlone(part).replace(/\s/g, '');
    if (bare === DOT || bare === DOTS)
      return refused(
        '"." or ".." in a disguise (encoded twice, with an encoded slash, a blank or parameters)',
      );
  }
  return parts.length > 1 || nameAlone(all) === '' ? 'odd' : 'name';
}

const refused = (what: string): { readonly refused: string } => ({ refused: what });
/** As servlet containers read a segment (`a;b=c` is `a`), and who decodes before it cuts off the query. */
const nameAlone = (part: string): string => part.split(/[;?#]/, 1)[0] ?? '';
/** Each byte as one character; what is no encoding is left. */
const decodedOnce = (text: string): string =>
  text.includes('%')
    ? text.replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)))
    : text;
