import { mkdtemp, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { removeOrphanedArtifacts } from '#libs/engine';
import { ArtifactStore } from './artifact-store.ts';
import { UploadedFolder } from './uploaded-files.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const KEPT = 30 * DAY;
const folders: string[] = [];
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));

/** A store on a simulated clock. */
async function storeAt(clock: { now: number }) {
  const folder = await mkdtemp(path.join(tmpdir(), 'understudy-uploads-'));
  folders.push(folder);
  const store = new ArtifactStore(folder, 1_000);
  const files = new UploadedFolder(store, () => clock.now);
  const send = async (text: string): Promise<string> => {
    const { digest } = await store.put(Readable.from([Buffer.from(text)]), null);
    const at = new Date(clock.now);
    await utimes(store.pathOf(digest), at, at);
    return digest;
  };
  return { store, files, send };
}

type Step = { readonly do: 'send' | 'name' | 'tidy'; readonly which: number } | { readonly passes: number };
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constantFrom('send' as const, 'name' as const, 'tidy' as const), which: fc.nat(5) }),
  fc.record({ passes: fc.integer({ min: MINUTE, max: 60 * DAY }) }),
);

it('over two years, what a version names is there, and what none names is gone when it is too old', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 60 }), async (steps) => {
      const clock = { now: 1_800_000_000_000 };
      const { store, files, send } = await storeAt(clock);
      const named = new Set<string>();
      const sentAt = new Map<string, number>();
      const tidy = () =>
        removeOrphanedArtifacts(
          files,
          async (digests) => new Set(digests.filter((digest) => named.has(digest))),
          KEPT,
          clock.now,
        );
      for (const one of steps) {
        if ('passes' in one) clock.now += one.passes;
        else if (one.do === 'send') sentAt.set(await send(`artifact ${one.which}`), clock.now);
        else if (one.do === 'name') {
          // As a registration does: what is there may be named, and is from then on.
          const digest = [...sentAt.keys()][one.which];
          if (digest !== undefined && (await store.size(digest)) !== null) named.add(digest);
        } else await tidy();
      }
      // Whatever was put aside is settled by the next run after ten minutes.
      for (let run = 0; run < 2; run++) {
        await tidy();
        clock.now += 11 * MINUTE;
        await tidy();
      }
      const there: string[] = [];
      for await (const { digest } of files.list()) there.push(digest);
      const aside: string[] = [];
      for await (const { digest } of files.aside()) aside.push(digest);
      expect(aside).toEqual([]);
      for (const digest of named) expect(there).toContain(digest);
      for (const [digest, at] of sentAt)
        if (!named.has(digest) && at < clock.now - KEPT - 22 * MINUTE) expect(there).not.toContain(digest);
        else if (at > clock.now - KEPT) expect(there).toContain(digest);
    }),
    { numRuns: 60 },
  );
});

it('a version that is registered while its artifact is looked at keeps it', async () => {
  const clock = { now: 1_800_000_000_000 };
  const { store, files, send } = await storeAt(clock);
  const digest = await send('late');
  clock.now += KEPT + 1;
  const named = new Set<string>();
  const tidy = () => removeOrphanedArtifacts(files, async () => named, KEPT, clock.now);
  // The registration has found the file, and commits after the database was asked.
  expect(await tidy()).toEqual({ aside: 1, back: 0, removed: 0 });
  named.add(digest);
  clock.now += 9 * MINUTE;
  expect(await tidy()).toEqual({ aside: 0, back: 0, removed: 0 });
  clock.now += 2 * MINUTE;
  expect(await tidy()).toEqual({ aside: 0, back: 1, removed: 0 });
  expect(await store.size(digest)).toBe(4);
});
