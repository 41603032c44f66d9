import { DomainError } from '#libs/kernel';

/** What a command template may name. */
export interface CommandValues {
  /** The file; empty for a command that does not name it. */
  readonly artifact: string;
  /** What an MLflow client said of where the files are, else the artifact's URI. */
  readonly source: string;
  readonly port: string;
  readonly model: string;
  readonly version: string;
}

const PLACEHOLDER = /\{(artifact|source|port|model|version)\}/g;
const FIRST = /^\{(artifact|source|port|model|version)\}/;

/** The operator's template as words. Words may be quoted with ' or ". */
export function wordsOf(template: string): readonly string[] {
  return [...template.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map((m) => m[1] ?? m[2] ?? m[3] ?? '');
}

/**
 * Fills the values into the template's words. No shell runs it, and a value stays inside its word, so
 * nothing in a model's name or path can add a word or a command. Neither can it be an option: a word
 * that begins with a value is refused when that begins with "-".
 * @throws DomainError `command_unsafe` with the word
 */
export function fillCommand(words: readonly string[], values: CommandValues): readonly string[] {
  return words.map((word) => {
    const filled = word.replaceAll(PLACEHOLDER, (_all, name: keyof CommandValues) => values[name]);
    const isOption = FIRST.test(word) && filled.startsWith('-');
    if (isOption || filled.includes('\0')) throw unsafe(word, filled);
    return filled;
  });
}

function unsafe(word: string, filled: string): DomainError {
  return new DomainError(
    'invalid',
    'command_unsafe',
    `DEPLOYER_COMMAND cannot be filled in: ${JSON.stringify(word)} would become ${JSON.stringify(filled)}, which a program takes for an option${filled.includes('\0') ? ' or cannot be given' : ''}. Have the operator write the option and its value as one word (--name=${word}), or give the model another name.`,
  );
}

/**
 * A model server runs in a folder of its own, so the template's words that name files where Understudy
 * was started (`serve.py`, `./bin/serve`, `--config=serve.toml`) become absolute paths. The program
 * itself is looked up in PATH unless it has a slash.
 * @param isFile is this, relative to where we were started, a file?
 * @param absolute makes a path absolute
 */
export function anchorWords(
  words: readonly string[],
  isFile: (name: string) => boolean,
  absolute: (name: string) => string,
): readonly string[] {
  return words.map((word, i) => {
    const { option = '', name = word } = /^(?<option>-[^=]*=)(?<name>.*)$/s.exec(word)?.groups ?? {};
    if (name.startsWith('/') || name === '' || name.startsWith('-')) return word;
    if (name.search(PLACEHOLDER) >= 0) return word;
    if (i === 0 && !name.includes('/')) return word;
    return isFile(name) ? option + absolute(name) : word;
  });
}
