import type { Command } from 'commander';
import { allPages, type Schemas } from '#libs/client';
import { printable } from '#libs/kernel';
import { type Context, dataOf, type Output, printList, printOne } from '../context.ts';
import { EXIT, Exit } from '../exit.ts';
import { given } from '../options/pairs.ts';
import { EVENT_COLUMNS } from './evidence/evidence.ts';
import { onServer } from './on-server.ts';
import { numberIn } from '../options/number-in.ts';

type Event = Schemas['Event'];

/** The record: verifying it, and moving what is old into files. */
export function auditCommands(program: Command, context: () => Context): void {
  const audit = program.command('audit').description('The record of what happened');
  listCommand(audit, context);
  audit
    .command('verify')
    .description('Compute every hash of the record again; exit code 1 when it was changed')
    .option('--model <model>', 'of one model')
    .option('--exports <place>', 'on the server: with the files of events that have left the database')
    .action(async ({ model, exports }: { model?: string; exports?: string }, command: Command) => {
      if (exports !== undefined) {
        if (model !== undefined)
          throw new Exit(EXIT.usage, 'Files are of all models. Leave out --model, or --exports.');
        return onServer('exports', ['verify', exports]);
      }
      const it = context();
      const report = dataOf(
        await it.client.GET('/api/v1/audit/verify', { params: { query: (model ? { model } : {}) as never } }),
      );
      // An api from before has detached none.
      const { detached = 0 } = report as Partial<typeof report>;
      const away =
        detached === 0
          ? ''
          : `; ${detached} more are in exports, which \`understudy audit verify --exports\` reads on the server`;
      printOne(
        it,
        command.optsWithGlobals<Output>(),
        report,
        `${report.events} events in ${report.models} chains: ${report.intact ? 'intact' : 'CHANGED'}${away}`,
      );
      if (report.intact) return;
      const breaks = report.breaks.map((one) =>
        printable(`  ${one.model || 'the installation'} ${one.sequence}: ${one.because}`),
      );
      throw new Exit(EXIT.refused, `The record was changed:\n${breaks.join('\n')}`);
    });
  audit
    .command('export <place>')
    .description(
      'On the server: old events into the next signed file, in a folder or s3://bucket/prefix; nothing is deleted',
    )
    .option('--older-than <duration>', '31d or more', '366d')
    .option('--most <events>', 'of one file', '100000')
    .option('--runs <files>', 'at most so many files', '1')
    .action((place: string, { olderThan, most, runs }: Record<'olderThan' | 'most' | 'runs', string>) =>
      onServer('exports', ['export', place, olderThan, most, runs]),
    );
  audit
    .command('detach <place>')
    .description(
      'On the server: verify the oldest file that is still in the database, and delete its events there',
    )
    .action((place: string) => onServer('exports', ['detach', place]));
  audit
    .command('exports')
    .description('Files that old events were exported to')
    .action(async (_options: object, command: Command) => {
      const it = context();
      const { items } = dataOf(await it.client.GET('/api/v1/audit/exports'));
      type File = (typeof items)[number];
      const columns = {
        file: (one: File) => one.file,
        place: (one: File) => one.place,
        events: (one: File) => String(one.events),
        from: (one: File) => one.firstAt,
        to: (one: File) => one.lastAt,
        detached: (one: File) => one.detachedAt ?? 'no',
      };
      printList(it, command.optsWithGlobals<Output>(), items, columns, 'Nothing was exported.');
    });
}

function listCommand(audit: Command, context: () => Context): void {
  audit
    .command('list')
    .description('What happened, newest first')
    .option('--model <model>', 'of one model')
    .option('--limit <number>', 'at most so many', numberIn({ least: 1, isWhole: true }), 50)
    .action(async ({ model, limit }: { model?: string; limit: number }, command: Command) => {
      const it = context();
      const found = await allPages<Event>(
        async (pageToken) =>
          dataOf(
            await it.client.GET('/api/v1/audit', {
              params: { query: { pageToken, ...given({ model }) } as never },
            }),
          ),
        limit,
      );
      const columns = { model: (event: Event) => event.model, ...EVENT_COLUMNS };
      const shown = found.slice(0, limit);
      printList(it, command.optsWithGlobals<Output>(), shown, columns, 'Nothing has happened yet.');
    });
}
