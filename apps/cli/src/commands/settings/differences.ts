import { structuredPatch } from 'diff';
import { stringify } from 'yaml';
import type { Line, Span } from '../../printer.ts';

export interface ModelChanges {
  readonly model: string;
  readonly isNew: boolean;
  readonly changes: readonly { readonly part: string; readonly before?: unknown; readonly after?: unknown }[];
}

/** Lines around a change that are shown with it. */
const AROUND = 2;

/** What would change, as people read it: each part as YAML, its lines marked + and -. */
export function differencesOf(models: readonly ModelChanges[]): readonly Line[] {
  return models.flatMap(({ model, isNew, changes }) => [
    ...(isNew ? [[{ text: `+ ${model} is a new model`, style: 'green' as const }]] : []),
    ...changes.flatMap(({ part, before, after }) => [
      [{ text: `${model}: ${part}`, style: 'bold' as const }],
      ...linesOf(yamlOf(before), yamlOf(after)),
    ]),
  ]);
}

/** Nothing, for what was not there. */
const yamlOf = (value: unknown): string =>
  value === null || value === undefined ? '' : stringify(value, { lineWidth: 0 });

function linesOf(before: string, after: string): readonly Line[] {
  const { hunks } = structuredPatch('', '', before, after, '', '', { context: AROUND });
  return hunks.flatMap(({ lines }, at) => [
    ...(at > 0 ? [[{ text: '  …' }]] : []),
    ...lines.filter((line) => !line.startsWith('\\')).map((line): Line => [span(line)]),
  ]);
}

function span(line: string): Span {
  const text = `${line.slice(0, 1)} ${line.slice(1)}`;
  return line.startsWith('+')
    ? { text, style: 'green' }
    : line.startsWith('-')
      ? { text, style: 'red' }
      : { text };
}
