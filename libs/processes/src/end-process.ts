import { setTimeout as sleep } from 'node:timers/promises';
import { isSame, type ProcessIdentity } from './process-identity.ts';

const POLL_MS = 50;

/**
 * Ends a process and its group: SIGTERM, and SIGKILL when it does not end in time. Does nothing to
 * a pid that belongs to another process by now.
 * @returns whether it had to be killed
 */
export async function endProcess(target: ProcessIdentity, graceMs: number): Promise<boolean> {
  if (!isSame(target)) return false;
  signalGroup(target.pid, 'SIGTERM');
  for (let waited = 0; waited < graceMs; waited += POLL_MS) {
    await sleep(POLL_MS);
    if (!isSame(target)) return false;
  }
  signalGroup(target.pid, 'SIGKILL');
  return true;
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  for (const id of process.platform === 'win32' ? [pid] : [-pid, pid]) {
    try {
      process.kill(id, signal);
      return;
    } catch {
      // no such group, or gone meanwhile
    }
  }
}
