import { Composer, type Document, isScalar, LineCounter, Parser, Lexer, visit, CST } from 'yaml';
import { DomainError } from '#libs/kernel';

/** What a YAML document may be: a policy or a manifest, and no more. Larger ones are sent as JSON. */
export const YAML_LIMITS = { bytes: 256 * 1024, tokens: 50_000, depth: 64, aliases: 50 } as const;

/**
 * Reads one YAML document, with work that is linear in its length: its tokens are counted before anything is made
 * of them, and keys are compared by a set. (The library compares each key with every other one.)
 * @param mostBytes of a text whose parts are known to be few and long
 * @param dropsTags of a file that other programs write: a tag that stands for nothing here is left out, and what it is on stays. Else it is refused
 * @throws DomainError `yaml_too_large` or `yaml_malformed`
 */
export function readYaml(text: string, mostBytes: number = YAML_LIMITS.bytes, dropsTags = false): unknown {
  if (Buffer.byteLength(text) > mostBytes) throw tooLarge(`it is longer than ${mostBytes / 1024} KB`);
  const lines = new LineCounter();
  lines.addNewLine(0);
  const at = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `at line ${line}, column ${col}`;
  };
  const found = [
    ...new Composer({ uniqueKeys: false }).compose(tokensOf(text, lines, at), true, text.length),
  ];
  const [document, second] = found;
  if (document === undefined) throw malformed('there is no document');
  const error = document.errors[0];
  if (error) throw malformed(`${error.message} ${at(error.pos[0])}`);
  if (second) throw malformed(`there is more than one document ${at(second.range[0])}`);
  assertKeys(document, at);
  // A tag that nobody resolves would be dropped, and what it was to be replaced by taken for a text.
  const warning = dropsTags ? undefined : document.warnings[0];
  if (warning) throw malformed(`${warning.message} ${at(warning.pos[0])}`);
  try {
    return document.toJS({ maxAliasCount: YAML_LIMITS.aliases });
  } catch (failed) {
    throw malformed((failed as Error).message);
  }
}

/** The tokens of a text, as long as they are few and not nested too deep. */
function tokensOf(text: string, lines: LineCounter, at: (offset: number) => string): readonly CST.Token[] {
  const parser = new Parser((offset) => lines.addNewLine(offset));
  const { stack } = parser;
  const found: CST.Token[] = [];
  let [tokens, aliases, offset] = [0, 0, 0];
  for (const source of new Lexer().lex(text)) {
    if (++tokens > YAML_LIMITS.tokens) throw tooLarge(`it has more than ${YAML_LIMITS.tokens} parts`);
    if (CST.tokenType(source) === 'alias' && ++aliases > YAML_LIMITS.aliases)
      throw malformed(`there are more than ${YAML_LIMITS.aliases} aliases`);
    for (const token of parser.next(source)) found.push(token);
    if (stack.length > YAML_LIMITS.depth && depthOf(stack) > YAML_LIMITS.depth)
      throw malformed(`it is nested deeper than ${YAML_LIMITS.depth} ${at(offset)}`);
    offset += source.length;
  }
  for (const token of parser.end()) found.push(token);
  return found;
}

/** How many collections are open: on the stack there are the document and scalars too. */
const depthOf = (stack: readonly CST.Token[]): number => stack.filter((token) => 'items' in token).length;

/** A key is a scalar, and there once: what JavaScript takes for the same key counts as the same. */
function assertKeys(document: Document, at: (offset: number) => string): void {
  visit(document, {
    Map(_key, { items }) {
      const known = new Set<string>();
      for (const { key } of items) {
        if (!isScalar(key)) throw malformed('a key is no text');
        const name = key.value === null ? '' : String(key.value);
        if (known.has(name))
          throw malformed(`the key "${name.slice(0, 100)}" is there twice ${at(key.range?.[0] ?? 0)}`);
        known.add(name);
      }
    },
  });
}

const malformed = (because: string): DomainError =>
  new DomainError('malformed', 'yaml_malformed', `The YAML cannot be read: ${because}.`);
const tooLarge = (because: string): DomainError =>
  new DomainError(
    'too_large',
    'yaml_too_large',
    `The YAML is too large: ${because}. Send less, or send JSON, which may be larger.`,
  );
