/**
 * What a terminal or a CI log obeys, or what nobody sees: control characters (ESC, CSI and OSC begin with them, in
 * one byte too), marks that turn the direction of writing around (UAX #9), line separators, tags, halves of surrogate pairs.
 */
const OBEYED =
  /[\p{Cc}\p{Cs}\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;
/** Runners read commands from what a job prints: GitHub `::name::` at the start of a line and `##[name]` anywhere, Azure `##vso[`, TeamCity `##teamcity[`. */
const COMMAND_AT_START = /^([^\S\n\r\u2028\u2029]*):(?=:)/gm;
const COMMAND = /#(?=#\w*\[)/g;
const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/**
 * Text that somebody else wrote, fit for one line of a terminal or a CI log: what they would obey is shown as an
 * escape (`\x1b`, `\u202e`, `\n`), and nothing of it is a command of the runner.
 */
export function printable(text: string): string {
  return text
    .replace(COMMAND_AT_START, '$1\\x3a')
    .replace(OBEYED, (letter) => SHORT[letter] ?? escapeOf(letter.codePointAt(0) ?? 0))
    .replace(/^(\s*):(?=:)/, '$1\\x3a')
    .replace(COMMAND, '\\x23');
}

/** The same for text of several lines, each of which stays one. */
export const printableLines = (text: string): string => text.split('\n').map(printable).join('\n');

/**
 * JSON text whose strings hold nothing that a terminal obeys; what it says stays the same.
 * @param indent blanks for each level; 0: on one line
 */
export function printableJson(value: unknown, indent = 0): string {
  return printableJsonText(JSON.stringify(value, null, indent) ?? 'null');
}

/** The same of JSON that is text already, such as a line of a log. */
export function printableJsonText(json: string): string {
  return json
    .replace(OBEYED, (letter) => (letter === '\n' ? letter : jsonEscapeOf(letter)))
    .replace(COMMAND, '\\u0023');
}

function escapeOf(code: number): string {
  if (code < 0x100) return `\\x${code.toString(16).padStart(2, '0')}`;
  return code < 0x1_0000 ? `\\u${code.toString(16).padStart(4, '0')}` : `\\u{${code.toString(16)}}`;
}

function jsonEscapeOf(letter: string): string {
  let text = '';
  for (let i = 0; i < letter.length; i++) text += `\\u${letter.charCodeAt(i).toString(16).padStart(4, '0')}`;
  return text;
}
