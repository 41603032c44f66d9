import { endOfString, type ParsedJson } from './json-text.ts';

/** Longer integers are none that anybody reads, and take time that grows faster than their length. */
const MOST_DIGITS = 10_000;
const BLANKS = /[ \t\n\r]*/y;
const NUMBER = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y;
const WORDS: readonly (readonly [string, unknown])[] = [
  ['true', true],
  ['false', false],
  ['null', null],
  ['NaN', NaN],
  ['Infinity', Infinity],
  ['-Infinity', -Infinity],
];

class NoJson extends Error {}
class TooLarge extends Error {}

/**
 * Parses JSON with Python's `NaN`, `Infinity` and `-Infinity`, and with integers that no number holds exactly as
 * `bigint`. Slower than `JSON.parse`: only for texts that it reads wrongly, or not at all.
 * @param text nested no deeper than a call stack allows; `parseJson` sees to that
 */
export function parseExactly(text: string): ParsedJson {
  const reader = new Reader(text);
  try {
    const value = reader.value();
    reader.end();
    return { value, why: null };
  } catch (error) {
    if (error instanceof NoJson) return { value: undefined, why: 'no_json' };
    if (error instanceof TooLarge) return { value: undefined, why: 'too_large' };
    throw error;
  }
}

class Reader {
  private at = 0;

  constructor(private readonly text: string) {}

  value(): unknown {
    this.blanks();
    const first = this.text[this.at];
    if (first === '{') return this.object();
    if (first === '[') return this.list();
    return first === '"' ? this.string() : this.scalar();
  }

  end(): void {
    this.blanks();
    if (this.at < this.text.length) throw new NoJson();
  }

  private object(): Record<string, unknown> {
    const object: Record<string, unknown> = {};
    this.at++;
    if (this.takes('}')) return object;
    do {
      this.blanks();
      const key = this.string();
      if (!this.takes(':')) throw new NoJson();
      const value = this.value();
      // By assignment it would be the prototype.
      if (key === '__proto__')
        Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
      else object[key] = value;
    } while (this.takes(','));
    if (!this.takes('}')) throw new NoJson();
    return object;
  }

  private list(): unknown[] {
    const list: unknown[] = [];
    this.at++;
    if (this.takes(']')) return list;
    do list.push(this.value());
    while (this.takes(','));
    if (!this.takes(']')) throw new NoJson();
    return list;
  }

  private string(): string {
    const end = endOfString(this.text, this.at);
    if (this.text[this.at] !== '"' || end === this.text.length) throw new NoJson();
    const string = this.text.slice(this.at, end + 1);
    this.at = end + 1;
    try {
      return JSON.parse(string) as string;
    } catch {
      throw new NoJson();
    }
  }

  private scalar(): unknown {
    for (const [word, value] of WORDS)
      if (this.text.startsWith(word, this.at)) {
        this.at += word.length;
        return value;
      }
    const found = this.match(NUMBER);
    if (found === null) throw new NoJson();
    const number = Number(found[0]);
    const isInteger = found[1] === undefined && found[2] === undefined;
    if (!isInteger || Number.isSafeInteger(number)) return number;
    if (found[0].length > MOST_DIGITS) throw new TooLarge();
    return BigInt(found[0]);
  }

  /** Past a mark, with the blanks before it, if it is the next. */
  private takes(mark: string): boolean {
    this.blanks();
    if (this.text[this.at] !== mark) return false;
    this.at++;
    return true;
  }

  private blanks(): void {
    this.match(BLANKS);
  }

  private match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    if (found !== null) this.at = pattern.lastIndex;
    return found;
  }
}
