import type { Command } from 'commander';
import { lookAtModel, retireSeen, type SeenModel, servesOf, unretireSeen } from '#libs/client';
import { type Context, dataOf, type Output, printOne } from '../context.ts';
import { numberOf } from '../requests/named.ts';

/** What may be done to a model; an admin takes it out of service, and has it serve again. */
export function retireCommands(program: Command, context: () => Context): void {
  program
    .command('actions <model>')
    .description('What may be done to a model now, and why not the rest')
    .option('--release <version>', 'also: may this version be released, or promoted at once?')
    .action(async (model: string, { release }: { release?: string }, command: Command) => {
      const it = context();
      const query = release === undefined ? {} : { version: numberOf(release) };
      const known = dataOf(
        await it.client.GET('/api/v1/models/{model}/actions', { params: { path: { model }, query } }),
      );
      const lines = known.actions.map(
        ({ action, because }) =>
          `${action.padEnd(8)}  ${because === null ? 'possible' : `not now: ${because}`}`,
      );
      printOne(it, command.optsWithGlobals<Output>(), known, lines.join('\n'));
    });
  program
    .command('retire <model>')
    .description('Take a model out of service on purpose: callers get 410 with the reason, its rollouts end')
    .requiredOption('--reason <text>', 'why; callers are told it')
    .action(async (model: string, body: { reason: string }, command: Command) => {
      const it = context();
      const retired = await retireSeen(it.client, await shown(it, model), body);
      printOne(it, command.optsWithGlobals<Output>(), retired, `${model}: ${retired.outcome}`);
    });
  program
    .command('unretire <model>')
    .description('Have a retired model serve again: the last proven version that served')
    .requiredOption('--reason <text>', 'why; it is kept with the event')
    .option('--to <version>', 'this version')
    .option('--force', 'also where nobody answers')
    .action(
      async (
        model: string,
        { reason, to, force = false }: { reason: string; to?: string; force?: boolean },
        command: Command,
      ) => {
        const it = context();
        const version = to === undefined ? null : numberOf(to);
        const body = { reason, version, force };
        const moved = await unretireSeen(it.client, await shown(it, model), body);
        printOne(it, command.optsWithGlobals<Output>(), moved, `${model}: ${moved.outcome}`);
      },
    );
}

/** Where the model stands right before a word to it, said on standard error. */
async function shown(it: Context, model: string): Promise<SeenModel> {
  const seen = await lookAtModel(it.client, model);
  it.print.note(`${model}: ${servesOf(seen)}\n`);
  return seen;
}
