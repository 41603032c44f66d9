import { readFileSync } from 'node:fs';

/** Resident memory of a process (Linux), in MB of 10^6 bytes. */
export function memoryMb(pid: number): number {
  const [, kib] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return (Number(kib) * 1_024) / 1e6;
}
