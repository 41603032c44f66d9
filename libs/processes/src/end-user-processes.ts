import { setTimeout as sleep } from 'node:timers/promises';
import { processRow, type ProcessRow, processTable } from './process-table.ts';

/** Below: users of the system, and people. */
const LEAST_UID = 1_000;
const ROUNDS = 100;
const PAUSE_MS = 20;

/**
 * Ends every process of a user who is ours alone, also those that left their process group. All are
 * stopped first: what is stopped cannot fork, so that a process that forks all the time is caught too.
 * @returns whether none is left
 */
export async function endProcessesOf(uid: number): Promise<boolean> {
  if (!Number.isInteger(uid) || uid < LEAST_UID) throw new Error(`${uid} is not a user of model servers`);
  const theirs = (): readonly ProcessRow[] =>
    processTable().filter((row) => row.uid === uid && row.state !== 'Z' && row.state !== 'X');
  for (let round = 0; round < ROUNDS; round++) {
    const moving = theirs().filter((row) => row.state !== 'T');
    if (moving.length === 0) break;
    for (const { pid } of moving) signal(pid, uid, 'SIGSTOP');
    await sleep(1);
  }
  for (let round = 0; round < ROUNDS; round++) {
    const left = theirs();
    if (left.length === 0) return true;
    for (const { pid } of left) signal(pid, uid, 'SIGKILL');
    await sleep(PAUSE_MS);
  }
  return false;
}

/** Looks again whose it is: a pid may have become another process's meanwhile. */
function signal(pid: number, uid: number, name: NodeJS.Signals): void {
  if (processRow(pid)?.uid !== uid) return;
  try {
    process.kill(pid, name);
  } catch {
    // gone meanwhile
  }
}
