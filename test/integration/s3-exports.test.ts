import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { detachNext, makeExport, openPlace, verifyExports } from '#libs/event-exports';
import { verifyAudit } from '#libs/engine';
import { register } from '../support/builders.ts';
import { freshUnitOfWork } from '../support/databases/database.ts';
import { S3_SERVER, startS3 } from '../support/outside/s3-server.ts';

/* Old events in a bucket, on a real server that speaks S3: written once, read back, verified, and what is away or refused says so. */
const { privateKey: key } = generateKeyPairSync('ed25519');

(S3_SERVER === undefined ? describe.skip : describe)('exports in s3://', () => {
  let its: Awaited<ReturnType<typeof startS3>>;
  const before = { ...process.env };
  beforeAll(async () => {
    its = await startS3(['events']);
    // As the SDK's chain reads them.
    Object.assign(process.env, its.credentials);
  }, 120_000);
  afterAll(async () => {
    process.env = before;
    await its?.stop();
  });
  const asked = () => ({ endpoint: its.endpoint, region: 'us-east-1', pathStyle: true });
  const text = async (file: AsyncIterable<Buffer>): Promise<string> => {
    const chunks: Buffer[] = [];
    for await (const chunk of file) chunks.push(chunk);
    return Buffer.concat(chunks).toString();
  };
  const content = async function* (...parts: readonly (string | Buffer)[]): AsyncIterable<Buffer> {
    for (const part of parts) yield Buffer.from(part);
  };

  it('a file is there whole, by its name, and is never written over', async () => {
    const place = openPlace('s3://events/of/a place', asked());
    expect(await place.list()).toEqual([]);
    const large = randomBytes(9_000_000);
    await place.write('events-000001.jsonl', content('{"a":"ä"}\n', large));
    await openPlace('s3://events/of/a place/deeper', asked()).write('other', content('x'));
    expect(await place.list()).toEqual(['events-000001.jsonl']);
    const [head, tail] = [(await text(place.read('events-000001.jsonl'))).slice(0, 10), large];
    expect([head, tail.length]).toEqual(['{"a":"ä"}\n', 9_000_000]);
    await expect(place.write('events-000001.jsonl', content('another'))).rejects.toMatchObject({
      code: 'export_place_failed',
      detail: expect.stringMatching(/is there already.*No event was deleted/),
    });
    expect((await text(place.read('events-000001.jsonl'))).startsWith('{"a"')).toBe(true);
    await expect(text(place.read('none'))).rejects.toMatchObject({ code: 'export_place_failed' });
    await expect(openPlace('s3://nowhere/x', asked()).list()).rejects.toMatchObject({
      detail: expect.stringContaining('404'),
    });
    const dead = openPlace('s3://events/x', { ...asked(), endpoint: 'http://127.0.0.1:9' });
    await expect(dead.write('a', content('b'))).rejects.toMatchObject({ code: 'export_place_failed' });
  });

  it('content that breaks off leaves nothing', async () => {
    const place = openPlace('s3://events/broken', asked());
    const broken = async function* (): AsyncIterable<Buffer> {
      yield Buffer.from('half');
      throw new Error('the database is away');
    };
    await expect(place.write('events-000001.jsonl', broken())).rejects.toMatchObject({
      detail: expect.stringContaining('the database is away'),
    });
    expect(await place.list()).toEqual([]);
  });

  it('more than a page of files is listed', async () => {
    const place = openPlace('s3://events/pages', asked());
    const names = Array.from({ length: 1_030 }, (_, i) => `events-${String(i).padStart(6, '0')}.jsonl`);
    for (let i = 0; i < names.length; i += 30)
      await Promise.all(names.slice(i, i + 30).map((name) => place.write(name, content(name))));
    expect([...(await place.list())].sort()).toEqual(names);
  }, 120_000);

  it('events leave for a bucket, and files and database are one chain', async () => {
    const db = await freshUnitOfWork();
    const owner = new pg.Client({ connectionString: db.url });
    await owner.connect();
    try {
      for (let i = 0; i < 12; i++) await register(db.uow, 'm', { rollout: false });
      const all = Number((await db.query<{ n: string }>('SELECT count(*) AS n FROM event'))[0]?.n);
      const place = openPlace('s3://events/record', asked());
      const request = { place, key, before: Date.now() + 3_600_000, most: 5 };
      while ((await makeExport(owner, request)).file !== null);
      while ((await detachNext(owner, place, key)) !== null);
      expect(await verifyExports(owner, place, key)).toMatchObject({ events: all, breaks: [], unknown: [] });
      expect((await verifyAudit(db.uow, null)).intact).toBe(true);
      const [first = ''] = await place.list();
      await its.overwrite('events', `record/${first}`, 'forged');
      expect((await verifyExports(owner, place, key)).breaks).not.toEqual([]);
    } finally {
      await owner.end();
      await db.close();
    }
  });
});

it.each(['s3://', 's3://B', 's3://events/../x', 'gs://bucket/x', 'https://bucket.s3.amazonaws.com/x'])(
  '%s is refused, and no folder of that name is made',
  (where) => {
    expect(() => openPlace(where, { endpoint: null, region: null, pathStyle: false })).toThrow(
      expect.objectContaining({ code: 'usage' }),
    );
  },
);
