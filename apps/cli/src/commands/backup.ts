import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { EXIT, Exit } from '../exit.ts';

/** Beside this program: it opens the database, which a command line by HTTP does not. */
const PROGRAM = fileURLToPath(new URL('../../../allinone/src/backup/main.js', import.meta.url));

/** Backup and restore, on the machine of the data folder (UNDERSTUDY_HOME) or with DATABASE_URL. */
export function backupCommands(program: Command): void {
  program
    .command('backup <file>')
    .description('On the server: everything of one moment into a file, while it runs; - is standard output')
    .option('--without-artifacts', 'uploaded files are kept elsewhere')
    .action((file: string, { withoutArtifacts = false }: { withoutArtifacts?: boolean }) =>
      carryOut(['backup', file, ...(withoutArtifacts ? ['--without-artifacts'] : [])]),
    );
  program
    .command('restore <file>')
    .description('On the server: a backup into an empty UNDERSTUDY_HOME or DATABASE_URL')
    .action((file: string) => carryOut(['restore', file]));
  program
    .command('new-epoch')
    .description(
      "On the server: after PostgreSQL's own tools have restored the database, before it is started",
    )
    .action(() => carryOut(['new-epoch']));
}

async function carryOut(words: readonly string[]): Promise<void> {
  const child = spawn(process.execPath, [PROGRAM, ...words], { stdio: 'inherit' });
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Exit(EXIT.refused, `${words[0] ?? ''} was not done.`);
}
