/**
 * What nobody sees, or what shows text as something else: control and format characters (zero-width ones, marks that
 * turn the direction of writing around), separators of lines, and whatever Unicode lets a font leave out.
 */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;

/**
 * The first character of a text that nobody can see, by its number (`U+202E`); `null`: there is none. A name with one
 * looks like another name.
 */
export function invisibleIn(text: string): string | null {
  const found = INVISIBLE.exec(text)?.[0]?.codePointAt(0);
  return found === undefined ? null : `U+${found.toString(16).toUpperCase().padStart(4, '0')}`;
}
