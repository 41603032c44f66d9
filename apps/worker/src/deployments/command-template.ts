/** What a command template may name. */
export interface CommandValues {
  readonly artifact: string;
  readonly port: string;
  readonly model: string;
  readonly version: string;
}

/**
 * Splits the operator's template into words and fills in the values. No shell runs it, and a value
 * stays inside its word, so nothing in a model's name or path can add a word or a command.
 * Words may be quoted with ' or ".
 */
export function fillCommand(template: string, values: CommandValues): readonly string[] {
  const words = [...template.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map((m) => m[1] ?? m[2] ?? m[3] ?? '');
  return words.map((word) =>
    word.replaceAll(/\{(artifact|port|model|version)\}/g, (_all, name: keyof CommandValues) => values[name]),
  );
}
