import type { Command } from 'commander';
import { type Context, dataOf, type Output, printOne } from '../context.ts';
import { parsed } from './admin.ts';

/** Segments: named groups of a model's callers, for rings. */
export function segmentCommands(program: Command, context: () => Context): void {
  const segments = program
    .command('segments')
    .description("Named groups of a model's callers, who get a candidate before everybody does");
  segments
    .command('show <model>')
    .description('Who is in which segment')
    .action(async (model: string, _options: object, command: Command) => {
      const it = context();
      const known = dataOf(
        await it.client.GET('/api/v1/models/{model}/segments', { params: { path: { model } } }),
      );
      printOne(it, command.optsWithGlobals<Output>(), known, JSON.stringify(known));
    });
  segments
    .command('set <model> <file>')
    .description(
      'Replace the segments: each by a header or a JSON path and its values, or by a list of units',
    )
    .action(async (model: string, file: string, _options: object, command: Command) => {
      const it = context();
      const known = dataOf(
        await it.client.PUT('/api/v1/models/{model}/segments', {
          params: { path: { model } },
          body: (await parsed(file)) as never,
        }),
      );
      const names = Object.keys(known).join(', ') || 'none';
      printOne(it, command.optsWithGlobals<Output>(), known, `${model} has the segments: ${names}`);
    });
}
