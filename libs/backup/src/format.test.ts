import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DomainError } from '#libs/kernel';
import { BackupReader, BackupWriter, type Entry } from './format.ts';
import { restoredRevision } from './restored-revision.ts';

const KEY = Buffer.alloc(32, 1);
const HEAD = { takenAt: '2026-11-28T00:00:00Z', key: 'k', migrations: ['First1'] };
interface Part {
  readonly of: Entry;
  readonly data: readonly Buffer[];
}

function written(parts: readonly Part[]): Buffer {
  const writer = new BackupWriter(KEY);
  const blocks = [writer.begin(HEAD)];
  for (const { of, data } of parts) {
    blocks.push(writer.beginEntry(of));
    for (const chunk of data) blocks.push(...writer.data(chunk));
    blocks.push(writer.endEntry().block);
  }
  return Buffer.concat([...blocks, writer.end()]);
}

async function* inPieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function readBack(bytes: Buffer, size = 1_000, key = KEY): Promise<unknown[]> {
  const reader = new BackupReader(inPieces(bytes, size));
  expect(await reader.begin()).toEqual(HEAD);
  const found: unknown[] = [];
  for (let of = await reader.entry(); of !== null; of = await reader.entry()) {
    const data: Buffer[] = [];
    for await (const chunk of reader.data()) data.push(chunk);
    found.push([of, Buffer.concat(data).toString('hex')]);
  }
  await reader.assertWhole(key);
  return found;
}

const parts = fc.array(
  fc.record({
    of: fc.constantFrom<Entry>(
      { kind: 'table', table: 'model', columns: ['id'] },
      { kind: 'sequence', sequence: 's', value: '7', isCalled: true },
      { kind: 'artifact', digest: `sha256:${'a'.repeat(64)}` },
    ),
    data: fc.array(
      fc.uint8Array({ maxLength: 300 }).map((one) => Buffer.from(one)),
      { maxLength: 4 },
    ),
  }),
  { maxLength: 5 },
);

it('what is read is what was written, in pieces of any size', () =>
  fc.assert(
    fc.asyncProperty(parts, fc.integer({ min: 1, max: 5_000 }), async (all, size) => {
      const said = all.map(({ of, data }) => [of, Buffer.concat(data).toString('hex')]);
      expect(await readBack(written(all), size)).toEqual(said);
    }),
  ));

it('wherever it is cut off, and whichever byte is another one, it is refused', () =>
  fc.assert(
    fc.asyncProperty(parts, fc.nat(), fc.integer({ min: 0, max: 255 }), async (all, where, bit) => {
      const bytes = written(all);
      const at = where % bytes.length;
      await expect(readBack(bytes.subarray(0, at))).rejects.toThrow();
      const other = Buffer.from(bytes);
      other[at] = (other[at] ?? 0) ^ (1 + (bit % 255));
      await expect(readBack(other)).rejects.toThrow();
      await expect(readBack(Buffer.concat([bytes, Buffer.from([bit])]))).rejects.toThrow();
    }),
  ));

it('who has another key cannot have written it', async () => {
  await expect(readBack(written([]), 100, Buffer.alloc(32, 2))).rejects.toBeInstanceOf(DomainError);
});

it('revisions after a restore are above those before, whichever backup is restored how often', () =>
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 10_000 }),
      fc.array(fc.integer({ min: 1, max: 100_000 }), { minLength: 1, maxLength: 20 }),
      (atBackup, seconds) => {
        // At most one change of a route a second, on average, between two restores of the same backup.
        let now = Date.UTC(2026, 10, 28);
        let known = atBackup;
        for (const pause of seconds) {
          now += pause * 1_000;
          const next = restoredRevision(atBackup, now);
          expect(next).toBeGreaterThan(known);
          known = next + pause - 1;
          now += pause * 1_000;
        }
      },
    ),
  ));
