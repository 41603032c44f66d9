#!/usr/bin/env node
import { CommanderError } from 'commander';
import { loadCliConfig } from '#libs/config';
import { printable } from '#libs/kernel';
import { completions } from './completion.ts';
import { EXIT, Exit, exitOf } from './exit.ts';
import { createPrinter, endQuietlyOnClosedPipes } from './printer.ts';
import { programOf } from './program.ts';
import { readLogin } from './settings.ts';

const config = loadCliConfig();
const login = await readLogin(config.configFolder);
const stopped = new AbortController();
process.once('SIGINT', () => {
  stopped.abort();
  process.exitCode = 130;
});

const print = createPrinter(config.isColoured);
let isUnread = false;
endQuietlyOnClosedPipes(
  () => {
    isUnread = true;
    stopped.abort();
  },
  (because) => {
    print.note(`The output cannot be written: ${printable(because)}\n`);
    process.exitCode = EXIT.refused;
  },
);
const program = programOf({
  url: config.apiUrl ?? login?.url ?? 'http://127.0.0.1:7400',
  token: config.token ?? login?.token ?? null,
  configFolder: config.configFolder,
  print,
  signal: stopped.signal,
});

const [command, ...words] = process.argv.slice(2);
try {
  // Asked by the shell; half a word is no mistake here.
  if (command === '__complete')
    print.write(
      completions(program, words)
        .map((word) => `${word}\n`)
        .join(''),
    );
  else await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  // What a command has found out holds, whether somebody reads it or not.
  else if (!stopped.signal.aborted || (isUnread && error instanceof Exit)) {
    const { code, message } = exitOf(error);
    print.note(`${message}\n`);
    process.exitCode = code;
  }
}
