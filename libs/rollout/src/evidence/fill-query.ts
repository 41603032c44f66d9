/** What stands for a placeholder in a query. */
export interface QueryValues {
  readonly model: string;
  readonly version: number;
  /** The primary that the version is compared with; `null`: there is none. */
  readonly from: number | null;
}

const PLACEHOLDER = /\{\{\s*(model|version|from)\s*\}\}/y;
/** One that something stands for, or what looks like one: PromQL itself never has two braces in a row, but for `{{{model}}="a"}`. */
const LIKE_PLACEHOLDER = /\{\{\s*(model|version|from)\s*\}\}|\{\{(?!\{)[^{}]*(?:\}\})?/g;
const NAMED_PLACEHOLDER = /\{\{\s*([\w.-]+)\s*\}\}/g;
/** What may stand outside quotes without becoming something else: part of the name of a metric, or a number. */
const BARE = /^[A-Za-z0-9_:]*$/;
/** Of RE2, as Go's regexp.QuoteMeta has it. */
const REGEXP = /[\\.+*?()|[\]{}^$]/g;

/**
 * Fills `{{model}}`, `{{version}}` and `{{from}}` into a PromQL query, so that one policy serves every rollout.
 * A value stays what it is wherever it stands: within quotes it is escaped as PromQL's strings are (Go's escapes;
 * a raw string becomes a quoted one, since it has none), behind `=~` and `!~` as a regular expression, too.
 * https://prometheus.io/docs/prometheus/latest/querying/basics/#string-literals
 * (The pattern of label_replace is not known to be one: a name is not escaped for it.)
 * @throws Error for a name that cannot stand outside quotes, and for a string that does not end
 */
export function fillQuery(query: string, { model, version, from }: QueryValues): string {
  const values: Readonly<Record<string, string>> = {
    ...{ model, version: String(version), from: from === null ? '' : String(from) },
  };
  let filled = '';
  for (let at = 0; at < query.length;) {
    const letter = query[at] ?? '';
    if (letter === '"' || letter === "'" || letter === '`') {
      const { parts, end } = stringAt(query, at);
      filled += written(parts, letter, values, isBehindMatch(query, at));
      at = end;
    } else if (letter === '#') {
      // A comment: nothing of it is asked.
      const end = query.indexOf('\n', at);
      at = end < 0 ? query.length : end;
    } else {
      const name = placeholderAt(query, at);
      if (name === null) {
        filled += letter;
        at++;
        continue;
      }
      const value = values[name.name] ?? '';
      if (!BARE.test(value))
        throw new Error(
          `the query has {{${name.name}}} outside quotes, where ${JSON.stringify(value)} would be something else; write "{{${name.name}}}"`,
        );
      filled += value;
      at = name.end;
    }
  }
  return filled;
}

/** The first of a query's placeholders that nothing stands for (`{{modelName}}`), as it is written; `null`: there is none. */
export function unknownPlaceholder(query: string): string | null {
  for (const [written, name = ''] of query.matchAll(NAMED_PLACEHOLDER))
    if (!['model', 'version', 'from'].includes(name)) return written;
  return null;
}

/** The first that looks like one and is none (`{{}}`, `{{model`), as it is written; `null`: there is none. */
export function halfPlaceholder(query: string): string | null {
  for (const [written, name] of query.matchAll(LIKE_PLACEHOLDER)) if (name === undefined) return written;
  return null;
}

/** Does `=~` or `!~` stand before this place? */
function isBehindMatch(query: string, at: number): boolean {
  let end = at;
  while (end > 0 && /\s/.test(query[end - 1] ?? '')) end--;
  return query[end - 1] === '~' && (query[end - 2] === '=' || query[end - 2] === '!');
}

/** A part of a string as it is written in the query, or a placeholder. */
type Part = { readonly text: string } | { readonly name: string };

function placeholderAt(query: string, at: number): { name: string; end: number } | null {
  PLACEHOLDER.lastIndex = at;
  const name = PLACEHOLDER.exec(query)?.[1];
  return name === undefined ? null : { name, end: PLACEHOLDER.lastIndex };
}

/** Reads the string that begins at a quote. */
function stringAt(query: string, start: number): { parts: Part[]; end: number } {
  const quote = query[start];
  const parts: Part[] = [];
  let text = '';
  let at = start + 1;
  while (at < query.length && query[at] !== quote) {
    const name = placeholderAt(query, at);
    if (name !== null) {
      parts.push({ text }, { name: name.name });
      text = '';
      at = name.end;
      continue;
    }
    // An escape is two letters at least, and no placeholder begins within it.
    const length = quote !== '`' && query[at] === '\\' ? 2 : 1;
    text += query.slice(at, at + length);
    at += length;
  }
  if (at >= query.length) throw new Error('the query has a string that does not end');
  parts.push({ text });
  return { parts, end: at + 1 };
}

function written(
  parts: readonly Part[],
  quote: string,
  values: Readonly<Record<string, string>>,
  isPattern: boolean,
): string {
  const isRaw = quote === '`';
  const hasValue = parts.some((part) => 'name' in part);
  const around = isRaw && hasValue ? '"' : quote;
  const body = parts.map((part) => {
    if ('text' in part) return isRaw && hasValue ? escaped(part.text, around) : part.text;
    const value = values[part.name] ?? '';
    return escaped(isPattern ? value.replace(REGEXP, '\\$&') : value, around);
  });
  return around + body.join('') + around;
}

/** A text within quotes, by Go's escapes. */
function escaped(text: string, quote: string): string {
  // eslint-disable-next-line no-control-regex -- they are what is looked for
  return text.replace(/[\\"'\u0000-\u001f\u007f-\u009f]/g, (letter) => {
    if (letter === '\\' || letter === quote) return `\\${letter}`;
    if (letter === '"' || letter === "'") return letter;
    return `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}
