/** Control characters but the tab: no header carries them (RFC 9110 §5.5). */
// eslint-disable-next-line no-control-regex -- they are what is looked for
const FORBIDDEN = /[\0-\x08\x0a-\x1f\x7f]/;

/** Can a header's value hold this text? */
export const isSayable = (text: string): boolean => !FORBIDDEN.test(text);
