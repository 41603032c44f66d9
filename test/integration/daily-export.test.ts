import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from '@jest/globals';
import { register } from '../support/builders.ts';
import { ageRecord } from '../support/databases/age-record.ts';
import { freshUnitOfWork } from '../support/databases/database.ts';

const PLACES = { PATH: process.env['PATH'], HOME: process.env['HOME'] };

it('with EXPORT_EVENTS_TO old events are in files soon after npm start, and nothing is deleted', async () => {
  const db = await freshUnitOfWork();
  const home = await mkdtemp(path.join(tmpdir(), 'understudy-daily-'));
  const to = path.join(home, 'exports');
  const env = {
    ...{ UNDERSTUDY_HOME: path.join(home, 'data'), DATABASE_URL: db.url, API_PORT: '0', GATEWAY_PORT: '0' },
    ...{ EXPORT_EVENTS_TO: to, EXPORT_EVENTS_OLDER_THAN: '31d' },
  };
  try {
    for (let i = 0; i < 5; i++) await register(db.uow, 'm', { rollout: false });
    await ageRecord(db.url, 40);
    const events = await db.query('SELECT 1 FROM event');
    const child = spawn(process.execPath, ['dist/apps/allinone/src/main.js'], { env: { ...PLACES, ...env } });
    const closed = once(child, 'close');
    let said = '';
    child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
    while (!said.includes('exports: events-000001.jsonl') && child.exitCode === null) await sleep(100);
    child.kill('SIGTERM');
    expect(await closed).toEqual([0, null]);
    expect((await readdir(to)).sort()).toEqual(['events-000001.jsonl']);
    const { length } = await db.query(`SELECT 1 FROM event WHERE at < now() - interval '31 days'`);
    expect(length).toBe(events.length);
  } finally {
    await db.close();
    await rm(home, { recursive: true, force: true });
  }
}, 300_000);
