import type { Command } from 'commander';
import { type Context, dataOf, type Output, printOne } from '../../context.ts';
import { EXIT, Exit } from '../../exit.ts';
import { parsed } from '../../input.ts';
import { given } from '../../options/pairs.ts';
import { numberIn } from '../../options/number-in.ts';

/** What became of answers: clicks, purchases, late labels. */
export function feedbackCommands(program: Command, context: () => Context): void {
  const feedback = program.command('feedback').description('What became of answers: clicks, late labels');
  feedback
    .command('send [file]')
    .description('Send a batch ({items: […]} or a list), or one item by its options; a repeat counts once')
    .option('--receipt <receipt>', 'the header x-understudy-receipt of the answer')
    .option('--request-id <id>', 'or the id of the request')
    .option('--unit <unit>', 'or the unit that called')
    .option('--model <model>', 'needed without a receipt')
    .option('--metric <name>', 'what was measured')
    .option('--value <number>', 'how much', numberIn())
    .option('--at <time>', 'when, with its zone')
    .option('--id <id>', 'names the event, so that a repeat is known')
    .action(async (file: string | undefined, options: object, command: Command) => {
      const it = context();
      const item = given({ ...options });
      const isItem = Object.keys(item).length > 0;
      if (isItem === (file !== undefined))
        throw new Exit(EXIT.usage, 'Name a file, or say one item by its options, such as --receipt.');
      const batch = file === undefined ? [item] : await parsed(file);
      const body = (Array.isArray(batch) ? { items: batch } : batch) as never;
      const report = dataOf(await it.client.POST('/api/v1/feedback', { body }));
      const { counted, repeated, unattributed, refused } = report;
      const said = `${counted} counted, ${repeated} repeated, ${unattributed} of nothing that is known, ${refused.length} refused`;
      printOne(it, command.optsWithGlobals<Output>(), report, said);
    });
}
