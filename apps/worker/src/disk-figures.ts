import { Gauge, type Registry } from '#libs/observe';

/** What a table takes on the disk, in bytes. */
interface TableSize {
  readonly table: string;
  readonly heap: number;
  readonly indexes: number;
  /** -1: PostgreSQL has not counted them yet. */
  readonly rows: number;
}

/** Sizes change slowly, and are the same for every worker: they are read once a minute at most. */
const READ_EVERY_MS = 60_000;

/** What each table takes on PostgreSQL's disk; asked when the figures are. @param now in ms, of any clock that goes on */
export function diskFigures(
  registry: Registry,
  read: () => Promise<readonly TableSize[]>,
  now: () => number = () => performance.now(),
): void {
  const rows: Gauge<'table'> = new Gauge({
    name: 'understudy_table_rows',
    help: 'Rows of a table, as PostgreSQL last counted or estimated them; the same at every worker',
    labelNames: ['table'],
    registers: [registry],
  });
  let readAt = -Infinity;
  const bytes: Gauge<'table' | 'part'> = new Gauge({
    name: 'understudy_table_bytes',
    help: 'Bytes of a table on the disk, by part: its rows (heap, with what is stored apart), its indexes; the same at every worker',
    labelNames: ['table', 'part'],
    registers: [registry],
    async collect() {
      if (now() - readAt < READ_EVERY_MS) return;
      const sizes = await read();
      readAt = now();
      rows.reset();
      bytes.reset();
      for (const { table, heap, indexes, rows: many } of sizes) {
        bytes.set({ table, part: 'heap' }, heap);
        bytes.set({ table, part: 'indexes' }, indexes);
        if (many >= 0) rows.set({ table }, many);
      }
    },
  });
}
