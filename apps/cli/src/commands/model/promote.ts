import type { Command } from 'commander';
import { lookAtModel, servesOf } from '#libs/client';
import { type Context, dataOf, type Output, printOne } from '../../context.ts';
import { numberOf } from '../../requests/named.ts';

/** An admin makes a version primary at once, without steps. */
export function promoteCommand(program: Command, context: () => Context): void {
  program
    .command('promote <model> <version>')
    .description('Make a version primary at once, without any step (an admin)')
    .requiredOption('--reason <text>', 'why; it is kept with the event')
    .option('--force', 'also where its server is not ready')
    .action(
      async (
        model: string,
        version: string,
        { reason, force = false }: { reason: string; force?: boolean },
        command: Command,
      ) => {
        const it = context();
        const number = numberOf(version);
        it.print.note(`${model}: ${servesOf(await lookAtModel(it.client, model))}\n`);
        const moved = dataOf(
          await it.client.POST('/api/v1/models/{model}/promote', {
            params: { path: { model } },
            body: { version: number, reason, force },
          }),
        );
        printOne(
          it,
          command.optsWithGlobals<Output>(),
          moved,
          `${model}: version ${moved.primary ?? '–'} serves (${moved.outcome})`,
        );
      },
    );
}
