import type { Command } from 'commander';
import { onServer } from './on-server.ts';

/** Backup and restore, on the machine of the data folder (UNDERSTUDY_HOME) or with DATABASE_URL. */
export function backupCommands(program: Command): void {
  program
    .command('backup <file>')
    .description('On the server: everything of one moment into a file, while it runs; - is standard output')
    .option('--without-artifacts', 'uploaded files are kept elsewhere')
    .action((file: string, { withoutArtifacts = false }: { withoutArtifacts?: boolean }) =>
      onServer('backup', ['backup', file, ...(withoutArtifacts ? ['--without-artifacts'] : [])]),
    );
  program
    .command('restore <file>')
    .description('On the server: a backup into an empty UNDERSTUDY_HOME or DATABASE_URL')
    .action((file: string) => onServer('backup', ['restore', file]));
  program
    .command('new-epoch')
    .description(
      "On the server: after PostgreSQL's own tools have restored the database, before it is started",
    )
    .action(() => onServer('backup', ['new-epoch']));
}
