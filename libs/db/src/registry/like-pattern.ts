/** A name, or a prefix that ends with `*`, as LIKE has it. */
export const toLike = (pattern: string): string =>
  pattern.replace(/\*$/, '').replace(/[\\%_]/g, '\\$&') + (pattern.endsWith('*') ? '%' : '');

/** A backslash at the end of a pattern escapes nothing, and PostgreSQL refuses it: it stands for itself. */
export const wholePattern = (pattern: string): string =>
  /(?<!\\)(?:\\\\)*\\$/.test(pattern) ? `${pattern}\\` : pattern;
