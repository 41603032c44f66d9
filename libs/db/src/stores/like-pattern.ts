/** A name, or a prefix that ends with `*`, as LIKE has it. */
export const toLike = (pattern: string): string =>
  pattern.replace(/\*$/, '').replace(/[\\%_]/g, '\\$&') + (pattern.endsWith('*') ? '%' : '');
