/** A letter, digit, mark of punctuation or symbol; none that fonts leave out, and not the blank of Braille, which nobody tells from nothing. */
const READABLE = /(?![\p{Default_Ignorable_Code_Point}\u2800])[\p{L}\p{N}\p{P}\p{S}]/u;

/**
 * Does a text say something to a person? Blanks, zero-width characters, fillers, lone accents and what no font has say nothing. Asked of
 * whatever must be said: reasons, names.
 */
export const isReadable = (text: string): boolean => READABLE.test(text);
