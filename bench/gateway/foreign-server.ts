import { spawn } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { waitUntilListening } from './listening.ts';

/** A server that a benchmark started. */
export interface Started {
  readonly port: number;
  readonly pid: number;
  stop(): Promise<void>;
}

/** Starts a program of Debian's that listens on a port; its folder goes with it. */
export async function startForeign(
  command: string,
  args: readonly string[],
  port: number,
  folder: string,
): Promise<Started> {
  const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  const ended = new Promise<void>((resolve, reject) => {
    child.once('exit', () => resolve());
    child.once('error', (error) =>
      reject(new Error(`${command} could not be run (apt-get install ${command})`, { cause: error })),
    );
  });
  const early = ended.then(() => Promise.reject(new Error(`${command} ended`)));
  await Promise.race([waitUntilListening(port), early]);
  early.catch(() => undefined);
  return {
    port,
    pid: child.pid ?? 0,
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
