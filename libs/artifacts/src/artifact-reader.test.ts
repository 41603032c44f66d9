import { createHash, randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readdir, realpath, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { openArtifactReader } from './open-artifact-reader.ts';
import { ArtifactStore } from './artifact-store.ts';

const MOST = 100_000;
/** How an address gives its bytes: with an honest length, without one, and for ever. */
const MANNERS = ['length', 'chunked', 'endless', 'file'] as const;

let folder: string;
let server: Server;
let sent = 0;
let answer: (response: ServerResponse) => void = () => undefined;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'understudy-reader-'));
  server = createServer((_request, response) => answer(response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await rm(folder, { recursive: true });
});

const digestOf = (bytes: Buffer): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
const address = (): string => `http://127.0.0.1:${(server.address() as { port: number }).port}/model.bin`;

async function offered(manner: (typeof MANNERS)[number], bytes: Buffer): Promise<string> {
  sent = 0;
  if (manner === 'file') {
    await writeFile(path.join(folder, 'model.bin'), bytes);
    return pathToFileURL(path.join(folder, 'model.bin')).href;
  }
  answer = (response) => {
    if (manner === 'length') response.setHeader('content-length', bytes.length);
    if (manner !== 'endless') return void response.end(bytes);
    const more = (): void => {
      if (response.destroyed) return;
      sent += bytes.length;
      if (response.write(bytes)) setImmediate(more);
      else response.once('drain', more);
    };
    more();
  };
  return address();
}

it('reads no more than it may, whatever an address says and however it sends it, and keeps nothing of it', async () => {
  const reader = openArtifactReader(new ArtifactStore(path.join(folder, 'uploads'), MOST), {
    ...{ fetch, folders: [folder], closed: [], mostBytes: MOST },
  });
  const copies = path.join(folder, 'copies');
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...MANNERS),
      fc.oneof(fc.integer({ min: 1, max: 3 * MOST }), fc.constantFrom(MOST - 1, MOST, MOST + 1)),
      async (manner, size) => {
        const bytes = randomBytes(size); // a copy of other bytes is no answer
        const artifact = { uri: await offered(manner, bytes), digest: digestOf(bytes) };
        const isSmall = manner !== 'endless' && size <= MOST;
        for (const read of [reader.verify(artifact), reader.local(copies, artifact)]) {
          const outcome = await read.then(
            () => 'read',
            (error: { code: string }) => error.code,
          );
          expect(outcome).toBe(isSmall ? 'read' : 'artifact_too_large');
        }
        // Sockets hold some; nobody reads on.
        if (manner === 'endless') expect(sent).toBeLessThan(40 * 1_048_576);
        for (const name of await readdir(copies, { recursive: true })) expect(name).not.toContain('.part');
      },
    ),
    { numRuns: 60 },
  );
}, 240_000);

/** Names of a file as a version may give them: its own, by way of other folders, of links, and of what the kernel says. */
const SPELLINGS: readonly ((file: string, links: string) => Promise<string>)[] = [
  async (file) => file,
  async (file) => path.join(path.dirname(file), '..', path.basename(path.dirname(file)), path.basename(file)),
  async (file) => `/proc/self/root${file}`,
  async (file, links) => {
    const link = path.join(links, `file-${randomBytes(4).toString('hex')}`);
    await symlink(file, link);
    return link;
  },
  async (file, links) => {
    const link = path.join(links, `folder-${randomBytes(4).toString('hex')}`);
    await symlink(path.dirname(file), link);
    return path.join(link, path.basename(file));
  },
];

it('takes no file of our own folders, of processes or of devices for an artifact, by whichever name', async () => {
  const root = await realpath(await mkdtemp(path.join(tmpdir(), 'understudy-closed-')));
  const [home, models, links] = ['home', 'home/models', 'links'].map((name) => path.join(root, name));
  for (const one of [home, path.join(home!, 'uploads'), models, links])
    await mkdir(one!, { recursive: true });
  // The data folder may be named by a link, too.
  await symlink(home!, path.join(root, 'named'));
  const bytes = randomBytes(50);
  const secrets = ['secrets.key', 'uploads/x', '..hidden'].map((name) => path.join(home!, name));
  const taken = [path.join(root, 'model.bin'), path.join(models!, 'model.bin')];
  for (const file of [...secrets, ...taken]) await writeFile(file, bytes);
  const reader = openArtifactReader(new ArtifactStore(path.join(home!, 'uploads'), MOST), {
    ...{ fetch, folders: ['/', models!], closed: [path.join(root, 'named')], mostBytes: MOST },
  });
  const verify = (file: string) =>
    reader.verify({ uri: pathToFileURL(file).href, digest: digestOf(bytes) }).then(
      () => 'taken',
      (error: { code?: string }) => error.code,
    );
  for (const spell of SPELLINGS) {
    for (const file of secrets)
      expect([file, await verify(await spell(file, links!))]).toEqual([file, 'artifact_unreadable']);
    for (const file of taken)
      expect([file, await verify(await spell(file, links!))]).toEqual([file, 'taken']);
  }
  for (const file of ['/proc/self/environ', '/proc/self/mem', '/dev/zero', '/sys/kernel/uevent_seqnum'])
    expect([file, await verify(file)]).toEqual([file, 'artifact_unreadable']);
  await rm(root, { recursive: true });
});

it('reads the file that it has looked at, though a link is turned meanwhile', async () => {
  const root = await realpath(await mkdtemp(path.join(tmpdir(), 'understudy-turned-')));
  const [home, open] = ['home', 'open'].map((name) => path.join(root, name));
  for (const one of [home, open]) await mkdir(one!);
  const secret = randomBytes(50);
  await writeFile(path.join(home!, 'secret'), secret);
  await writeFile(path.join(open!, 'secret'), 'harmless');
  const reader = openArtifactReader(new ArtifactStore(path.join(root, 'uploads'), MOST), {
    ...{ fetch, folders: [root], closed: [home!], mostBytes: MOST },
  });
  const link = path.join(root, 'link');
  await symlink(open!, link);
  let turns = true;
  const turning = (async () => {
    for (let i = 0; turns; i++) {
      await symlink(i % 2 === 0 ? home! : open!, `${link}.new`);
      await rename(`${link}.new`, link);
    }
  })();
  const read = new Set<string>();
  for (let i = 0; i < 300; i++)
    read.add(
      await reader
        .verify({ uri: pathToFileURL(path.join(link, 'secret')).href, digest: digestOf(secret) })
        .then(
          () => 'the secret',
          (error: { code?: string }) => String(error.code),
        ),
    );
  turns = false;
  await turning;
  await rm(root, { recursive: true });
  expect(read).not.toContain('the secret');
});
