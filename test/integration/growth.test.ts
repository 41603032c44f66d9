import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { retentionSettings } from '#libs/config';
import { openDataSource, tableSizes } from '#libs/db';
import { GROWTH, KINDS } from '#libs/engine';
import { formatDuration } from '#libs/kernel';
import { Registry } from '#libs/observe';
import { migrateQueue } from '#libs/queue';
import { diskFigures } from '../../apps/worker/src/disk-figures.ts';
import { freshUnitOfWork } from '../support/databases/database.ts';

let db: Awaited<ReturnType<typeof freshUnitOfWork>>;
beforeAll(async () => {
  db = await freshUnitOfWork();
  await migrateQueue({ redisUrl: null, databaseUrl: db.url });
});
afterAll(() => db.close());

it('of every table, the queue’s too, it is said what becomes of its rows in years', async () => {
  const rows = await db.query<{ name: string }>(
    `SELECT CASE WHEN schemaname = 'public' THEN tablename ELSE schemaname || '.' || tablename END AS name
     FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`,
  );
  expect(Object.keys(GROWTH).sort()).toEqual(rows.map(({ name }) => name).sort());
});

it('the guide names every setting with its default, and every kind of row that is forgotten', () => {
  const guide = readFileSync('docs/guides/retention.md', 'utf8');
  const settings = readFileSync('docs/guides/settings.md', 'utf8');
  for (const [name, setting] of Object.entries(retentionSettings)) {
    const fallback = formatDuration(setting.parse(undefined));
    expect([name, guide.includes(`\`${name}\` (\`${fallback}\``)]).toEqual([name, true]);
    expect([name, settings.includes(`\`${name}\``)]).toEqual([name, true]);
  }
  for (const what of KINDS) expect([what, guide.includes(`\`${what}\``)]).toEqual([what, true]);
});

it('the disk that each table takes is a figure, and the queue’s tables are among them', async () => {
  const dataSource = await openDataSource(db.url, 1);
  try {
    await db.query(
      `INSERT INTO judge_answer (hash, prefers) SELECT 'answer ' || n, 'tie' FROM generate_series(1, 20000) n`,
    );
    await db.asOwner('ANALYZE judge_answer');
    const registry = new Registry();
    let [now, reads] = [0, 0];
    const read = () => {
      reads++;
      return tableSizes(dataSource);
    };
    diskFigures(registry, read, () => now);
    const figureOf = async (name: string): Promise<number> => {
      const line = (await registry.metrics()).split('\n').find((one) => one.startsWith(`${name} `));
      return Number(line?.slice(name.length + 1));
    };
    const heap = await figureOf('understudy_table_bytes{table="judge_answer",part="heap"}');
    expect(heap).toBeGreaterThan(20_000 * 30);
    expect(await figureOf('understudy_table_bytes{table="judge_answer",part="indexes"}')).toBeGreaterThan(
      1e5,
    );
    expect(await figureOf('understudy_table_rows{table="judge_answer"}')).toBe(20_000);
    expect(await figureOf('understudy_table_bytes{table="bullmq.job",part="indexes"}')).toBeGreaterThan(0);
    const named = [...(await registry.metrics()).matchAll(/_bytes\{table="([^"]+)",part="heap"/g)];
    expect(named.map(([, table]) => table).sort()).toEqual(Object.keys(GROWTH).sort());
    expect(reads).toBe(1);
    now = 61_000;
    await registry.metrics();
    expect(reads).toBe(2);
  } finally {
    await dataSource.destroy();
  }
});
