import type { Document } from 'yaml';
import schemaDocument from '../../../../../docs/policy.schema.json' with { type: 'json' };
import type { Schema } from './schema.ts';
import { schemaMistakes } from './schema-mistakes.ts';
import { pathOf, placeOf, valueOf } from './yaml-places.ts';

const schema = schemaDocument as unknown as Schema;

/** Something to say of a part of a text. */
export interface Found {
  readonly from: number;
  readonly to: number;
  readonly severity: 'error' | 'warning';
  readonly message: string;
  /** Where in the document. */
  readonly pointer: string;
}

/** A mistake or a warning as the api tells it. */
export interface Told {
  readonly pointer: string;
  readonly detail: string;
}

/**
 * All that is to be said of a text, each once and at its place: first what cannot be read as YAML, then what the server finds; until it has
 * answered, what the schema says.
 * @param told of this very text; `null`: the server has not answered yet
 */
export function foundIn(
  document: Document,
  told: { readonly errors: readonly Told[]; readonly warnings: readonly Told[] } | null,
): readonly Found[] {
  const unread = document.errors.map(({ message, pos: [from, to] }): Found => {
    const [first = message] = message.split(/ at line \d+|\n/);
    return { from, to: Math.max(to, from + 1), severity: 'error', message: first, pointer: '' };
  });
  if (unread.length > 0) return unread;
  const at = (pointer: string, message: string, severity: Found['severity']): Found => ({
    ...placeOf(document, pathOf(pointer)),
    ...{ severity, message, pointer },
  });
  const own = schemaMistakes(schema, valueOf(document)).map(({ path, message }) =>
    at(
      path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join(''),
      message,
      'error',
    ),
  );
  if (told === null) return own;
  const errors = told.errors.map(({ pointer, detail }) => at(pointer, detail, 'error'));
  const places = new Set(errors.map(({ from }) => from));
  return [
    ...errors,
    // What the server names at the same place it says better.
    ...own.filter(({ from }) => !places.has(from)),
    ...told.warnings.map(({ pointer, detail }) => at(pointer, detail, 'warning')),
  ];
}
