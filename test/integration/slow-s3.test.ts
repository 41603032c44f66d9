import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { s3Source } from '../../libs/artifacts/src/sources/s3-source.ts';
import { openPlace } from '#libs/event-exports';
import { S3_ATTEMPTS } from '#libs/s3';
import { S3_SERVER, startS3 } from '../support/outside/s3-server.ts';
import { type Fate, startUnwillingRelay } from '../support/outside/unwilling-relay.ts';

/* A server of S3 that says `SlowDown`, and answers that break off: what is asked is asked again, with pauses, and not for ever. */
const TWICE = (_of: string, nth: number): Fate => (nth <= 2 ? 'refuse' : 'pass');
/** The shortest pauses. */
const random = (): number => 0;

(S3_SERVER === undefined ? describe.skip : describe)('an S3 that is asked for too much', () => {
  let its: Awaited<ReturnType<typeof startS3>>;
  let relay: Awaited<ReturnType<typeof startUnwillingRelay>>;
  const before = { ...process.env };
  beforeAll(async () => {
    its = await startS3(['events', 'models']);
    relay = await startUnwillingRelay(its.endpoint);
    Object.assign(process.env, its.credentials);
  }, 120_000);
  afterAll(async () => {
    process.env = before;
    relay?.stop();
    await its?.stop();
  });
  const access = () => ({ endpoint: relay.endpoint, region: 'us-east-1', pathStyle: true });
  const place = (name: string) => openPlace(`s3://events/${name}`, access(), random);
  const all = async (file: AsyncIterable<Buffer>): Promise<Buffer> => {
    const chunks: Buffer[] = [];
    for await (const chunk of file) chunks.push(chunk);
    return Buffer.concat(chunks);
  };
  const content = async function* (bytes: Buffer): AsyncIterable<Buffer> {
    yield bytes;
  };

  it('exports are written, listed and read though each request is refused twice', async () => {
    relay.by(TWICE);
    await place('slow').write('events-000001.jsonl', content(Buffer.from('one')));
    expect(await place('slow').list()).toEqual(['events-000001.jsonl']);
    expect((await all(place('slow').read('events-000001.jsonl'))).toString()).toBe('one');
    expect(relay.counts()).toEqual([3, 3, 3]);
  }, 60_000);

  it('an answer that breaks off goes on from there, and of that object only', async () => {
    const bytes = randomBytes(3_000_000);
    relay.by(() => 'pass');
    await place('cut').write('events-000001.jsonl', content(bytes));
    relay.by((_of, nth) => (nth <= 2 ? 1_000_000 : 'pass'));
    expect((await all(place('cut').read('events-000001.jsonl'))).equals(bytes)).toBe(true);
    // Meanwhile it became another one: nobody is given half of each.
    relay.by((_of, nth) => (nth === 1 ? 1_000_000 : 'pass'));
    const half = (async () => {
      for await (const _ of place('cut').read('events-000001.jsonl'))
        await its.overwrite('events', 'cut/events-000001.jsonl', randomBytes(3_000_000));
    })();
    await expect(half).rejects.toMatchObject({ code: 'export_place_failed' });
  }, 60_000);

  it('one that never gives in is told of after some attempts', async () => {
    relay.by(() => 'refuse');
    await expect(place('never').list()).rejects.toMatchObject({ detail: expect.stringContaining('503') });
    await expect(all(place('never').read('x'))).rejects.toMatchObject({ code: 'export_place_failed' });
    expect(relay.counts()).toEqual([S3_ATTEMPTS, S3_ATTEMPTS]);
  }, 60_000);

  it('artifacts are found and read though each request is refused four times', async () => {
    await its.overwrite('models', 'm/1/weights', 'w');
    relay.by((_of, nth) => (nth <= 4 ? 'refuse' : 'pass'));
    const source = s3Source({ ...access(), buckets: ['models'] }, random);
    const found = await source.find('s3://models/m/1/');
    if (found.kind !== 'folder') throw new Error('it is a folder');
    expect(found.files.map(({ path }) => path)).toEqual(['weights']);
    const opened = await found.files[0]?.open();
    expect((await all(opened?.source as AsyncIterable<Buffer>)).toString()).toBe('w');
  }, 60_000);
});
