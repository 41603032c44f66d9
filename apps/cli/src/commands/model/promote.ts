import type { Command } from 'commander';
import { lookAtModel, promoteSeen, servesOf } from '#libs/client';
import { type Context, type Output, printOne } from '../../context.ts';
import { numberOf } from '../../requests/named.ts';

interface Options {
  readonly reason: string;
  readonly force?: boolean;
  readonly overrideFreeze?: boolean;
}

/** An admin makes a version primary at once, without steps. */
export function promoteCommand(program: Command, context: () => Context): void {
  program
    .command('promote <model> <version>')
    .description('Make a version primary at once, without any step (an admin)')
    .requiredOption('--reason <text>', 'why; it is kept with the event')
    .option('--force', 'also where its server is not ready')
    .option('--override-freeze', 'although a freeze window is open')
    .action(
      async (
        model: string,
        version: string,
        { reason, force = false, overrideFreeze = false }: Options,
        command: Command,
      ) => {
        const it = context();
        const number = numberOf(version);
        const seen = await lookAtModel(it.client, model);
        it.print.note(`${model}: ${servesOf(seen)}\n`);
        const moved = await promoteSeen(it.client, seen, { version: number, reason, force, overrideFreeze });
        printOne(
          it,
          command.optsWithGlobals<Output>(),
          moved,
          `${model}: version ${moved.primary ?? '–'} serves (${moved.outcome})`,
        );
      },
    );
}
