/** Words that cannot name a field of a class or a parameter in Python. */
const KEYWORDS = new Set(
  (
    'False None True and as assert async await break class continue def del elif else except finally for from global ' +
    'if import in is lambda nonlocal not or pass raise return try while with yield'
  ).split(' '),
);

/** May it stand as a name in Python? Pure. */
export const isPythonName = (text: string): boolean =>
  /^[A-Za-z_][A-Za-z0-9_]*$/.test(text) && !text.startsWith('__') && !KEYWORDS.has(text);

/** `pageSize`, `If-Match`, `segment[]` → `page_size`, `if_match`, `segment`; a keyword gets an underscore. Pure. */
export function snakeCase(text: string): string {
  const name = text
    .replace(/[^A-Za-z0-9]+/g, '_')
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/^_+|_+$/g, '')
    .toLowerCase();
  return KEYWORDS.has(name) ? `${name}_` : name;
}

/** `rollouts_approve`, `errorBudget` → `RolloutsApprove`, `ErrorBudget`. Pure. */
export const pascalCase = (text: string): string =>
  text.replace(/(?:^|[^A-Za-z0-9]+)([A-Za-z0-9])/g, (_all, letter: string) => letter.toUpperCase());

/** A text as Python writes it (JSON's strings are Python's, too). */
export const pythonText = (text: string): string => JSON.stringify(text);

/** The lines of a docstring; no quotes, and no backslash that Python would read. Pure. */
export const docText = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('"""', "'''");
