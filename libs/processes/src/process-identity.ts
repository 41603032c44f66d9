import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** A process, and when it began: a pid alone may be somebody else's by now. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly startedAt: string;
}

/** The identity of a running process; `null` when there is none of this pid. */
export function identify(pid: number): ProcessIdentity | null {
  if (!isAlive(pid)) return null;
  const startedAt = startTime(pid);
  return startedAt === null ? null : { pid, startedAt };
}

/** Is this very process still running? */
export function isSame(process: ProcessIdentity): boolean {
  return identify(process.pid)?.startedAt === process.startedAt;
}

export function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 1) return false;
  try {
    process.kill(pid, 0);
    return !isZombie(pid);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Fields after the command's name in /proc/<pid>/stat, which may itself hold spaces; `null` off Linux. */
function stat(pid: number): readonly string[] | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return null;
  }
}

/**
 * Ended with all of its threads, but nobody has asked how: it holds nothing any more. The first thread may end long before
 * the others, of which each holds all that is open, its ports too: on a busy machine for half a second after `kill -9`.
 */
function isZombie(pid: number): boolean {
  const [state, threads] = [stat(pid)?.[0], Number(stat(pid)?.[17])];
  return state === 'Z' && !(threads > 1);
}

function startTime(pid: number): string | null {
  const ticks = stat(pid)?.[19];
  if (ticks !== undefined) return `ticks ${ticks}`;
  try {
    return (
      execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { stdio: ['ignore', 'pipe', 'ignore'] })
        .toString()
        .trim() || null
    );
  } catch {
    return null;
  }
}
