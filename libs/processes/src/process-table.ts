import { readdirSync, readFileSync } from 'node:fs';

/** A process as /proc shows it. */
export interface ProcessRow {
  readonly pid: number;
  /** Real user id. */
  readonly uid: number;
  /** Process group. */
  readonly group: number;
  /** One letter: R, S, D, T (stopped), Z (ended) … */
  readonly state: string;
  /** Resident memory in bytes; pages that processes share count in each. */
  readonly residentBytes: number;
}

/** Every process of this machine; empty where there is no /proc. */
export function processTable(): readonly ProcessRow[] {
  const names = (() => {
    try {
      return readdirSync('/proc');
    } catch {
      return [];
    }
  })();
  return names.filter((name) => /^\d+$/.test(name)).flatMap((name) => processRow(Number(name)) ?? []);
}

/** One process; `null`: there is none of this pid (any more). */
export function processRow(pid: number): ProcessRow | null {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The command's name, in parentheses, may itself hold spaces and parentheses.
    const [state = '', , group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const uid = /^Uid:\s+(\d+)/m.exec(status)?.[1];
    if (uid === undefined) return null;
    const resident = Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1_024;
    return { pid, uid: Number(uid), group: Number(group), state, residentBytes: resident };
  } catch {
    return null;
  }
}

/** What a process alone would free, and its part of what it shares, in bytes; `null`: not to be known. */
export function proportionalBytes(pid: number): number | null {
  try {
    const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
    const kilobytes = /^Pss:\s+(\d+) kB/m.exec(text)?.[1];
    return kilobytes === undefined ? null : Number(kilobytes) * 1_024;
  } catch {
    return null;
  }
}
