const CLOSING: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };
/** Those that something stands for: their braces are none of PromQL's. */
const PLACEHOLDER = /\{\{\s*[\w.-]+\s*\}\}/y;

/**
 * What of a PromQL query has no end, or no beginning, in words; `null`: its strings, brackets and braces are whole. No more than that is known here
 * of the language: Prometheus says the rest when it is asked.
 * https://prometheus.io/docs/prometheus/latest/querying/basics/#string-literals
 */
export function unendedIn(query: string): string | null {
  const open: string[] = [];
  for (let at = 0; at < query.length; at++) {
    const letter = query[at] ?? '';
    PLACEHOLDER.lastIndex = at;
    if (letter === '"' || letter === "'" || letter === '`') {
      const end = endOfString(query, at);
      if (end === null) return `the string that begins with ${query.slice(at, at + 20)} does not end`;
      at = end;
    } else if (letter === '#') {
      const end = query.indexOf('\n', at);
      at = end < 0 ? query.length : end;
    } else if (PLACEHOLDER.test(query)) at = PLACEHOLDER.lastIndex - 1;
    else if (CLOSING[letter] !== undefined) open.push(letter);
    else if (letter === ')' || letter === ']' || letter === '}') {
      const opened = open.pop();
      if (opened === undefined) return `"${letter}" closes nothing`;
      if (CLOSING[opened] !== letter) return `"${opened}" is closed by "${letter}"`;
    }
  }
  const left = open.at(-1);
  return left === undefined ? null : `"${left}" is never closed`;
}

/** Where the quote stands that ends the string; `null`: nowhere. Only a raw string, in backticks, goes over lines, and knows no escapes. */
function endOfString(query: string, start: number): number | null {
  const quote = query[start];
  for (let at = start + 1; at < query.length; at++) {
    if (query[at] === quote) return at;
    if (quote === '`') continue;
    if (query[at] === '\n') return null;
    if (query[at] === '\\') at++;
  }
  return null;
}
