import type { Command } from 'commander';
import { type Context, dataOf, type Output, printDocument, printOne } from '../../context.ts';
import { ifSeen } from '../../requests/if-seen.ts';
import { parsed } from '../../input.ts';

const DOCUMENTS = {
  callers: {
    path: '/api/v1/models/{model}/callers',
    description: 'How gateways tell the callers of a model apart',
    set: 'Replace it: where the unit of a request is read, whether it may be repeated, which are predictions',
    said: ({ model, file }: Said) => `callers of ${model} are told apart as ${file} says from now on`,
  },
  golden: {
    path: '/api/v1/models/{model}/golden',
    description: 'Requests that every version must answer before any traffic',
    set: 'Replace the golden requests: {items: […]}',
    said: ({ model, file }: Said) => `versions of ${model} must answer as ${file} says from now on`,
  },
  prices: {
    path: '/api/v1/models/{model}/prices',
    description: "What a million of a model's tokens cost, for gates on cost_mean",
    set: 'Replace the prices: input, output and cachedInput, and others for single versions',
    said: ({ model, file }: Said) => `${model} costs what ${file} says from now on`,
  },
  segments: {
    path: '/api/v1/models/{model}/segments',
    description: "Named groups of a model's callers, who get a candidate before everybody does",
    set: 'Replace the segments: each by a header or a JSON path and its values, or by a list of units',
    said: ({ model, after }: Said) => `${model} has the segments: ${Object.keys(after).join(', ') || 'none'}`,
  },
} as const;

interface Said {
  readonly model: string;
  readonly file: string;
  readonly after: object;
}

/** Documents of a model that are replaced as a whole; what was there before is the precondition. */
export function documentCommands(program: Command, context: () => Context): void {
  for (const [name, { description, path, set, said }] of Object.entries(DOCUMENTS)) {
    const noun = program.command(name).description(description);
    noun
      .command('get <model>')
      .alias('show')
      .description(`${description}: as \`set\` takes it`)
      .action(async (model: string, _options: object, command: Command) => {
        const it = context();
        const known = dataOf(await it.client.GET(path, { params: { path: { model } } }));
        await printDocument(it, command.optsWithGlobals<Output>(), known);
      });
    noun
      .command('set <model> <file>')
      .description(set)
      .action(async (model: string, file: string, _options: object, command: Command) => {
        const it = context();
        const body = (await parsed(file)) as never;
        const params = { path: { model } };
        const headers = ifSeen(await it.client.GET(path, { params }));
        const after = dataOf(await it.client.PUT(path, { params, headers, body })) as object;
        printOne(it, command.optsWithGlobals<Output>(), after, said({ model, file, after }));
      });
  }
}
