import { spawn } from 'node:child_process';

/** A case's program gets so long; a test of it a little longer. */
export const CASE_MS = 170_000;

/**
 * Runs a case's program to its end.
 * @param args behind the program's name
 * @param env beside PATH and HOME; nothing else of this process
 * @returns whether it ended with 0 and a last word of PASS, and all that it printed
 */
export async function play(
  file: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<{ passed: boolean; output: string }> {
  const child = spawn(process.execPath, [file, ...args], {
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...env },
  });
  let output = '';
  child.stdout.on('data', (part: Buffer) => (output += part.toString()));
  child.stderr.on('data', (part: Buffer) => (output += part.toString()));
  const timer = setTimeout(() => child.kill('SIGKILL'), CASE_MS);
  const code = await new Promise<number | null>((resolve) => child.once('exit', resolve));
  clearTimeout(timer);
  return { passed: code === 0 && /^PASS$/m.test(output), output };
}
