import { isSecretSetting } from '../secrets-of.ts';

/** Keys of `SECRETS_KEY` are read without blanks around them, and OpenTelemetry's names by its own rules. */
const READ_APART = /^(SECRETS_KEY$|OTEL_)/;

type Set = Readonly<Record<string, string | undefined>>;

/**
 * Settings without blanks and line breaks around them: files and shells leave some behind.
 * @param names of our settings; others stay as they are
 * @returns `mistakes`: settings of blanks only, of which a number would be made (0: no limit, any port), and secrets that have some around
 * them, which may be a part of them
 */
export function withoutBlanks(
  set: Set,
  names: readonly string[],
): { readonly set: Set; readonly mistakes: readonly { pointer: string; detail: string }[] } {
  const mistakes: { pointer: string; detail: string }[] = [];
  const bare = { ...set };
  for (const name of names) {
    const value = set[name] ?? '';
    const trimmed = value.trim();
    if (trimmed === value || READ_APART.test(name)) continue;
    if (trimmed === '')
      mistakes.push({ pointer: name, detail: 'only blanks: give it a value, or leave it out' });
    else if (isSecretSetting(name))
      mistakes.push({ pointer: name, detail: 'begins or ends with a blank or a line break: take it away' });
    bare[name] = trimmed;
  }
  return { set: bare, mistakes };
}
