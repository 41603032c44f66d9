import { spawn } from 'node:child_process';
import path from 'node:path';

export interface CliRun {
  /** Ends it and whatever it has started, at once. */
  kill(): void;
  /** Its exit code (`null`: it was killed), and all that it wrote. */
  readonly ended: Promise<{ readonly code: number | null; readonly text: string }>;
}

/** The command line as it is built, in a process group of its own. */
export function runCli(words: readonly string[], env: Readonly<Record<string, string>>): CliRun {
  const child = spawn(process.execPath, [path.resolve('dist/apps/cli/src/main.js'), ...words], {
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
  return {
    kill: () => {
      if (child.pid !== undefined && child.exitCode === null && child.signalCode === null)
        process.kill(-child.pid, 'SIGKILL');
    },
    ended: new Promise((resolve) => child.once('close', (code) => resolve({ code, text }))),
  };
}
