import { readFileSync, statSync } from 'node:fs';

/** The name of the program that a process runs, at most 15 letters; `null`: no such process, or no /proc. */
export function programOf(pid: number): string | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return text.slice(text.indexOf('(') + 1, text.lastIndexOf(')'));
  } catch {
    return null;
  }
}

/** Is this folder the process's working directory? `null`: it cannot be seen (another user's, or no /proc). */
export function worksIn(pid: number, folder: string): boolean | null {
  try {
    const [its, ours] = [`/proc/${pid}/cwd`, folder].map((name) => statSync(name, { bigint: true }));
    return its?.ino === ours?.ino && its?.dev === ours?.dev;
  } catch {
    return null;
  }
}
