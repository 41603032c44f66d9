import { DomainError } from '#libs/kernel';

/** One entity tag (RFC 9110 §8.8.3): what is between its quotes. */
interface EntityTag {
  readonly opaque: string;
  readonly isWeak: boolean;
}

/** A comma may be within the quotes; a backslash there is a character as any other. Blanks and empty places between commas are none. */
const TAG = /[ \t]*(?:(W\/)?"([\x21\x23-\x7e\x80-\xff]*)")?[ \t]*(?:,|$)/y;
const LONGEST = 8_192;

/**
 * The tags of `If-Match` or `If-None-Match`: a list, or `*` for whatever there is.
 * @param header several lines of it are joined by commas, as Node does
 * @returns `null`: it is malformed, or names nothing
 */
export function entityTags(header: string): readonly EntityTag[] | '*' | null {
  const text = header.trim();
  if (text === '*') return '*';
  if (text.length > LONGEST) return null;
  const tags: EntityTag[] = [];
  TAG.lastIndex = 0;
  while (TAG.lastIndex < text.length) {
    const found = TAG.exec(text);
    if (found === null) return null;
    const [, weak, opaque] = found;
    if (opaque !== undefined) tags.push({ opaque, isWeak: weak !== undefined });
  }
  return tags.length === 0 ? null : tags;
}

/**
 * The tags of `If-Match` that can match, which compares strongly: a weak one matches nothing (RFC 9110 §13.1.1).
 * @param weakToo weak ones that are taken nevertheless
 * @returns `null` for `*`: whatever is there
 * @throws DomainError `if_match_malformed` (400), or `changed_meanwhile` (412) where all are weak
 */
export function matchingTags(header: string, weakToo: RegExp | null = null): readonly string[] | null {
  const tags = entityTags(header);
  if (tags === '*') return null;
  if (tags === null)
    throw new DomainError(
      'malformed',
      'if_match_malformed',
      'If-Match is no list of ETags (RFC 9110 §13.1.1). Send what a GET gave as its ETag, with its quotes, as "r7"; several with commas between them; or * for whatever is there. Or leave the header out.',
    );
  const matching = tags.filter(({ isWeak, opaque }) => !isWeak || weakToo?.test(opaque) === true);
  if (matching.length > 0) return matching.map(({ opaque }) => opaque);
  throw new DomainError(
    'stale',
    'changed_meanwhile',
    'If-Match has weak tags only (W/"…"), which match nothing (RFC 9110 §13.1.1). Where a proxy that compresses answers has made our ETag weak, send it without its W/. Nothing was done.',
  );
}
