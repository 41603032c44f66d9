import { createHash } from 'node:crypto';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { fetch as undiciFetch } from 'undici';
import { digestOfManifest, manifestText } from '#libs/folders';
import { ArtifactStore } from '../artifact-store.ts';
import { openArtifactReader } from '../open-artifact-reader.ts';
import type { ArtifactReader } from '../artifact-reader.ts';

const FILE = 'weights of a model';
const digestOf = (text: string): string => `sha256:${createHash('sha256').update(text).digest('hex')}`;
type Listed = { readonly path: string; readonly is_dir?: boolean; readonly file_size?: number | null };
interface Page {
  readonly files: readonly Listed[];
  readonly next_page_token?: string;
}

/* A tracking server that answers as it is told: a list by folder and page token, and one file for every name. */
let list: (folder: string, token: string) => Page;
let send: (answer: ServerResponse) => void;
let home: string;
let reader: ArtifactReader;
const server = createServer(({ url = '' }, answer) => {
  const { pathname, searchParams: asked } = new URL(url, 'http://server');
  if (!pathname.endsWith('/artifacts')) return send(answer);
  const page = list(asked.get('path') ?? '', asked.get('page_token') ?? '');
  answer.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(page));
});
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
beforeEach(async () => {
  home = await mkdtemp(path.join(tmpdir(), 'understudy-half-answers-'));
  reader = openArtifactReader(new ArtifactStore(home, 1_000), {
    fetch: undiciFetch as never,
    folders: [],
    closed: [],
    mostBytes: 1_000,
    mlflow: {
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      authorization: null,
      fetch: undiciFetch as never,
    },
  });
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

/** The digest that a source gets, or why it gets none. */
const resolve = async (source: string): Promise<string | null> => {
  const found = await reader.resolve(source).catch((error: Error) => error.message);
  await rm(home, { recursive: true, force: true });
  return typeof found === 'string' ? found : (found?.digest ?? null);
};

/** As a server of HTTP/1.0 or a proxy does: the end of the connection is the end of the file. */
const without = (text: string) => (answer: ServerResponse) => {
  answer.socket?.end(`HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n${text}`);
};
const ONE: Page = { files: [{ path: 'model.pkl', file_size: FILE.length }] };

it.each([
  [
    'a file of a folder',
    'mlflow-artifacts:/1/model',
    digestOfManifest(manifestText([{ path: 'model.pkl', digest: digestOf(FILE) }])),
  ],
  ['one file', 'mlflow-artifacts:/1/model.pkl', digestOf(FILE)],
])(
  '%s that comes without a length is not taken for whole when it is cut off',
  async (_what, source, digest) => {
    list = (folder) => (source.endsWith(folder) && folder.endsWith('.pkl') ? { files: [] } : ONE);
    send = without(FILE);
    expect(await resolve(source)).toBe(digest);
  },
);
it.each(['mlflow-artifacts:/1/model', 'mlflow-artifacts:/1/model.pkl'])('%s cut off', async (source) => {
  list = (folder) => (folder.endsWith('.pkl') ? { files: [] } : ONE);
  send = without(FILE.slice(0, 7));
  expect(await resolve(source)).toMatch(/ends after 7 of 18 bytes/);
});

it('a size that the server does not know is none', async () => {
  list = () => ({ files: [{ path: 'model.pkl', file_size: null }] });
  send = without(FILE);
  expect(await resolve('mlflow-artifacts:/1/model')).toMatch(/^sha256:/);
});

it('a list is read to its end, or refused', async () => {
  send = without('x');
  const page = (from: number, count: number, isDir: boolean): Listed[] =>
    Array.from({ length: count }, (_, i) => ({ path: `${isDir ? 'd' : 'f'}${from + i}`, is_dir: isDir }));
  // A page may be empty, and another follow.
  list = (folder, token) => {
    if (folder !== '1/model') return { files: [] };
    if (token === '') return { files: page(0, 3, true), next_page_token: 'b' };
    return token === 'b' ? { files: [], next_page_token: 'c' } : { files: page(0, 2, false) };
  };
  const text = manifestText(['f0', 'f1'].map((at) => ({ path: at, digest: digestOf('x') })));
  expect(await resolve('mlflow-artifacts:/1/model')).toBe(digestOfManifest(text));
  list = () => ({ files: [], next_page_token: 'again' });
  expect(await resolve('mlflow-artifacts:/1/model')).toMatch(/without an end/);
});
