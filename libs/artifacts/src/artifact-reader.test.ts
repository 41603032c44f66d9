import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ArtifactReader } from './artifact-reader.ts';
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
  const reader = new ArtifactReader(new ArtifactStore(path.join(folder, 'uploads'), MOST), {
    ...{ fetch, folders: [folder], mostBytes: MOST },
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
});
