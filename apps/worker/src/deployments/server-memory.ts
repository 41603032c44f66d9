import {
  processRow,
  processTable,
  proportionalBytes,
  type ProcessRow,
  type ServerRecord,
} from '#libs/processes';

const KEPT_MS = 1_000;

/** How much memory model servers use, all processes of each together. Looks at /proc at most once a second. */
export class ServerMemory {
  private table: readonly ProcessRow[] = [];
  private lookedAt = -Infinity;

  constructor(private readonly now: () => number = () => performance.now()) {}

  /** Bytes in use when they are more than `mostBytes`; else `null`. Shared pages count once. */
  excess({ process, user }: ServerRecord, mostBytes: number): number | null {
    if (this.now() - this.lookedAt > KEPT_MS) {
      this.table = processTable();
      this.lookedAt = this.now();
    }
    const theirs = this.table.filter((row) =>
      (user ?? null) !== null ? row.uid === user : row.group === process.pid,
    );
    if (sum(theirs.map((row) => row.residentBytes)) <= mostBytes) return null;
    // Only now is it worth the time to ask what is shared, and who is still there: a process that has ended uses nothing.
    const bytes = sum(theirs.map(({ pid }) => proportionalBytes(pid) ?? processRow(pid)?.residentBytes ?? 0));
    return bytes > mostBytes ? bytes : null;
  }
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
