import { chmod, mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { EMPTY_LISTS, type EvidenceBatch, PROTOCOL_VERSION } from '#libs/gateway-protocol';
import { EvidenceSpool } from './evidence-spool.ts';

let folder: string;
let said: string[];
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'understudy-spool-'));
  said = [];
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const logger = { error: (_facts: object, words: string) => void said.push(words) };
const file = () => path.join(folder, 'evidence-1.json');
/** A process begins. */
const spool = () => new EvidenceSpool(file(), logger as never);
const batch = (sequence: number, boot = 'b'): EvidenceBatch => ({
  ...{ gateway: 'g', boot, sequence },
  ...EMPTY_LISTS,
  served: [
    {
      ...{ requestId: `r${sequence}`, model: 'm', rolloutId: '00000000-0000-4000-8000-000000000001' },
      ...{ revision: 1, arm: 'primary', segments: [] },
    },
  ],
});
const sequences = (batches: readonly EvidenceBatch[]): number[] => batches.map(({ sequence }) => sequence);

it('a file that is cut off anywhere, or has garbage in it, costs the batches there; and it is told', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 6 }),
      fc.nat(),
      fc.option(fc.uint8Array({ minLength: 1, maxLength: 30 })),
      async (count, at, garbage) => {
        await rm(file(), { force: true });
        await spool().write(Array.from({ length: count }, (_, i) => batch(i + 1)));
        const whole = await readFile(file());
        const from = at % whole.length;
        if (garbage === null) await truncate(file(), from);
        else {
          whole.set(garbage.slice(0, whole.length - from), from);
          await writeFile(file(), whole);
        }
        // Whatever lines are as they were.
        const lines = (await readFile(file(), 'latin1')).split('\n');
        const intact = Array.from({ length: count }, (_, i) => i + 1).filter((n) =>
          lines.some(
            (line) => line.replace(/,$/, '') === JSON.stringify({ protocol: PROTOCOL_VERSION, ...batch(n) }),
          ),
        );
        said = [];
        const read = sequences(await spool().read());
        expect(read).toEqual(expect.arrayContaining(intact));
        if (read.length < count) expect(said.join()).toMatch(/damaged/);
      },
    ),
    { numRuns: 150 },
  );
});

it('what a release before wrote is read, and what this one writes is an array as that one reads it', async () => {
  await writeFile(file(), JSON.stringify([{ protocol: 1, ...batch(1) }, { ...batch(2) }]));
  expect(sequences(await spool().read())).toEqual([1, 2]);
  await spool().write([batch(3)]);
  expect(said).toEqual([expect.stringMatching(/another process/)]);
  await rm(file());
  await spool().write([batch(3)]);
  expect(JSON.parse(await readFile(file(), 'utf8'))).toEqual([{ protocol: PROTOCOL_VERSION, ...batch(3) }]);
});

it('what a newer release wrote stays for it, whatever this one writes meanwhile', async () => {
  const newer = { protocol: PROTOCOL_VERSION + 1, ...batch(1), novel: { x: 1 } };
  await writeFile(file(), JSON.stringify([newer, { protocol: PROTOCOL_VERSION, ...batch(2) }]));
  for (let start = 0; start < 3; start++) {
    const one = spool();
    expect(sequences(await one.read())).toEqual(start === 0 ? [2] : []);
    await one.write([]);
  }
  expect(JSON.parse(await readFile(path.join(folder, 'evidence-1.newer.json'), 'utf8'))).toEqual([newer]);
  expect(said[0]).toMatch(/newer release/);
});

it('two processes with one folder lose nothing of each other, and say so', async () => {
  const [one, two] = [spool(), spool()];
  await Promise.all([one.read(), two.read()]);
  await one.write([batch(1, 'one')]);
  await two.write([batch(1, 'two')]);
  await one.write([batch(1, 'one'), batch(2, 'one')]);
  // The second delivers what it has: what is the other one's stays.
  await two.write([]);
  expect(said).toEqual([expect.stringMatching(/data folder .* of its own/)]);
  const next = spool();
  expect((await next.read()).map(({ boot, sequence }) => `${boot} ${sequence}`)).toEqual(['one 1', 'one 2']);
  // What the next one has delivered it takes away, but for what was written meanwhile.
  await one.write([batch(3, 'one')]);
  await next.write([]);
  expect(sequences(await spool().read())).toEqual([3]);
});

it('both die: the next start has all of both', async () => {
  const [one, two] = [spool(), spool()];
  await one.write([batch(1, 'one')]);
  await two.write([batch(1, 'two')]);
  const next = spool();
  expect((await next.read()).map(({ boot }) => boot).sort()).toEqual(['one', 'two']);
  await next.write([batch(1, 'one'), batch(1, 'two'), batch(1, 'next')]);
  expect(await readdir(folder)).toEqual(['evidence-1.json']);
  await next.write([]);
  expect(await readdir(folder)).toEqual([]);
});

it.each([
  ['a folder of that name', () => mkdir(file())],
  ['a file that is far too large', async () => (await writeFile(file(), ''), truncate(file(), 200_000_000))],
])('%s is told, and evidence is kept beside it', async (_what, make) => {
  await make();
  const one = spool();
  expect(await one.read()).toEqual([]);
  expect(said.join()).toMatch(/cannot be read; it is left where it is/);
  await one.write([batch(1)]);
  expect(sequences(await spool().read())).toEqual([1]);
});

it('a folder that may only be read is told by whoever writes, and holds what it held', async () => {
  await spool().write([batch(1)]);
  await chmod(folder, 0o500);
  try {
    const one = spool();
    expect(sequences(await one.read())).toEqual([1]);
    // Root may write everywhere.
    if (process.getuid?.() !== 0) await expect(one.write([batch(1), batch(2)])).rejects.toThrow(/EACCES/);
  } finally {
    await chmod(folder, 0o700);
  }
  expect(sequences(await spool().read())).toContain(1);
});
