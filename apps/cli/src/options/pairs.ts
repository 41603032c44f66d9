import { withoutUndefined } from '#libs/kernel';
import { EXIT, Exit } from '../exit.ts';

/** Collects an option that is given several times. */
export const several = (text: string, before: readonly string[] = []): readonly string[] => [...before, text];

/** `a,b` as a list. */
export const listOf = (text: string): string[] => text.split(',').map((one) => one.trim());

/**
 * `name=value` pairs as a record.
 * @throws Exit with the code of wrong usage where there is no `=`
 */
export function pairsOf(texts: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    texts.map((text) => {
      const at = text.indexOf('=');
      if (at < 1) throw new Exit(EXIT.usage, `"${text}" is no pair: write name=value.`);
      return [text.slice(0, at), text.slice(at + 1)];
    }),
  );
}

/** What was said of an option, without those that were not given. */
export const given = (options: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  withoutUndefined(options);

/** Tags of an edit: `--tag a=b` sets one, `--untag a` removes it (null, as the api has it); `undefined`: none was named. */
export function tagEdits({ tag = [], untag = [] }: TagOptions): Record<string, string | null> | undefined {
  if (tag.length + untag.length === 0) return undefined;
  return { ...pairsOf(tag), ...Object.fromEntries(untag.map((name) => [name, null])) };
}

export interface TagOptions {
  readonly tag?: readonly string[];
  readonly untag?: readonly string[];
}
