import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { EXIT, Exit } from '../exit.ts';

/** Programs beside this one that open the database, which a command line by HTTP does not. */
const PROGRAMS = {
  backup: new URL('../../../allinone/src/backup/main.js', import.meta.url),
  exports: new URL('../../../allinone/src/exports/main.js', import.meta.url),
};

/** Runs a program on this machine, and ends as it does. @throws Exit when it did not do what was asked */
export async function onServer(program: keyof typeof PROGRAMS, words: readonly string[]): Promise<void> {
  const child = spawn(process.execPath, [fileURLToPath(PROGRAMS[program]), ...words], { stdio: 'inherit' });
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Exit(EXIT.refused, `${words[0] ?? ''} was not done.`);
}
