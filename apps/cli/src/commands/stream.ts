import type { Command } from 'commander';
import { follow, type StreamEvent } from '#libs/client';
import type { Context, Output } from '../context.ts';

const lineOf = ({ at, type, model, version, actor }: StreamEvent): string =>
  [at, type, [model, version].filter((part) => part !== null).join(' '), `by ${actor}`]
    .filter((part) => part !== '')
    .join('  ');

/** What happens, as it happens. */
export function streamCommand(program: Command, context: () => Context): void {
  program
    .command('stream')
    .description(
      'Follow what happens, an event a line, until Ctrl-C; with --output json a JSON document a line',
    )
    .option('--model <model>', 'of one model')
    .action(async ({ model }: { model?: string }, command: Command) => {
      const it = context();
      const isJson = command.optsWithGlobals<Output>().output === 'json';
      await follow({
        ...{ url: it.url, token: () => it.token, signal: it.signal },
        connected: () => it.print.note('following; Ctrl-C ends it\n'),
        event: (event) => {
          if (model === undefined || event.model === model)
            it.print.write(`${isJson ? JSON.stringify(event) : lineOf(event)}\n`);
        },
        lost: (error) => it.print.note(`${(error as Error).message.split('\n')[0] ?? ''} Trying again …\n`),
      });
    });
}
