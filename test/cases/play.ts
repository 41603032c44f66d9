import { spawn } from 'node:child_process';

/** A case's program gets so long. */
const CASE_MS = 170_000;
/** A test of a case may have to wait for the others that are played at once with it. */
export const PLAYED_MS = 1_200_000;
/** They wait most of the time: for steps to take their time, for the next sweep. */
const AT_ONCE = 3;

export interface Played {
  readonly passed: boolean;
  readonly output: string;
}

/**
 * Plays some cases at once, each by itself as much as `playOne` makes it so.
 * @param chains the cases of a chain follow one another, since they use one thing: a port, the gateway's memory
 * @param alone cases that are played by themselves, after all others: they measure, or hold, what the others need
 * @returns for each case what it came to; a case that could not be played rejects, and the next one is played
 */
export function playSeveral(
  chains: readonly (readonly string[])[],
  alone: readonly string[],
  playOne: (file: string) => Promise<Played>,
): Map<string, Promise<Played>> {
  const played = new Map<string, Promise<Played>>();
  const begin = new Map<string, () => Promise<void>>();
  for (const file of [...chains.flat(), ...alone]) {
    const one = new Promise<Played>((resolve, reject) => {
      begin.set(file, () => playOne(file).then(resolve, reject));
    });
    // Its test says so, once it is that test's turn.
    one.catch(() => undefined);
    played.set(file, one);
  }
  const left = [...chains];
  const take = async (): Promise<void> => {
    for (let chain = left.shift(); chain; chain = left.shift())
      for (const file of chain) await begin.get(file)?.();
  };
  void Promise.all(Array.from({ length: AT_ONCE }, take)).then(async () => {
    for (const file of alone) await begin.get(file)?.();
  });
  return played;
}

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
): Promise<Played> {
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
