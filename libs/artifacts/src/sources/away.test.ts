import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { fetch as undiciFetch } from 'undici';
import type { DomainError } from '#libs/kernel';
import { unreadable } from '../artifact-errors.ts';
import { ArtifactStore } from '../artifact-store.ts';
import { openArtifactReader } from '../open-artifact-reader.ts';
import { isAwayCode } from '../place-away.ts';

/* A server that is away is not the caller's mistake: MLflow's client repeats what is answered with 503, and not what is answered with 400. */
let answer: RequestListener;
let home: string;
const server = createServer((request, response) => answer(request, response));
const before = { ...process.env };
beforeAll(async () => {
  home = await mkdtemp(path.join(tmpdir(), 'understudy-away-'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'key', AWS_SECRET_ACCESS_KEY: 'planted-secret' });
});
afterAll(async () => {
  process.env = before;
  server.closeAllConnections();
  server.close();
  await rm(home, { recursive: true });
});
const address = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const json = (body: unknown, status = 200): RequestListener => {
  return (_request, response) =>
    void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
};

/** What a source that cannot be read is refused as. */
async function refused(source: string, url = address()): Promise<readonly [string, string, string]> {
  const asked = { fetch: undiciFetch as never };
  const reader = openArtifactReader(new ArtifactStore(home, 1_000), {
    ...{ ...asked, folders: [], closed: [], mostBytes: 1_000 },
    mlflow: { ...asked, url, authorization: null },
    s3: { buckets: ['models'], endpoint: url, region: 'us-east-1', pathStyle: true },
  });
  const error = await reader.resolve(source).then(
    () => new Error('read'),
    (one: unknown) => one,
  );
  const { kind, code, message } = error as DomainError;
  return [kind, code, message];
}
const AWAY = ['unavailable', 'artifact_unreadable', expect.stringMatching(/cannot be read now .*Try again/)];
const SOURCES = ['mlflow-artifacts:/1/model', 'runs:/1/model', 'models:/digits@champion'];
/** Nobody listens there: a server did, and is gone. */
async function nowhere(): Promise<string> {
  const gone = createServer();
  await new Promise<void>((resolve) => gone.listen(0, '127.0.0.1', resolve));
  const { port } = gone.address() as AddressInfo;
  await new Promise((resolve) => gone.close(resolve));
  return `http://127.0.0.1:${port}`;
}

it.each(SOURCES)(
  '%s of a server that is not there, or breaks off, may be asked for again',
  async (source) => {
    expect(await refused(source, await nowhere())).toEqual(AWAY);
    answer = (request) => request.socket.destroy();
    expect(await refused(source)).toEqual(AWAY);
  },
);

it.each([...SOURCES, 's3://models/a'])('%s of a server that says so, too', async (source) => {
  // AWS's client asks three times.
  for (const status of source.startsWith('s3') ? [503] : [429, 502, 503, 504]) {
    answer = json({ error_code: 'TEMPORARILY_UNAVAILABLE', message: 'loads' }, status);
    expect(await refused(source)).toEqual(AWAY);
  }
  for (const status of source.startsWith('s3') ? [403] : [400, 401, 403, 404, 500]) {
    answer = json({ error_code: 'NO', message: 'never' }, status);
    expect((await refused(source))[0]).toBe('invalid');
  }
});

it('a file that breaks off, or that a proxy has no server for, too', async () => {
  const ends: RequestListener[] = [
    (_request, response) => {
      response.writeHead(200, { 'content-length': 10 }).write('abc', () => response.destroy());
    },
    (_request, response) => void response.writeHead(502).end(),
  ];
  for (const end of ends) {
    answer = (request, response) =>
      request.url?.includes('?path=') === true
        ? json({ files: [{ path: 'model.pkl' }] })(request, response)
        : end(request, response);
    expect(await refused('mlflow-artifacts:/1/model')).toEqual(AWAY);
  }
});

it('what is refused for good is no matter of time', async () => {
  for (const code of [
    'ERR_ADDRESS_REFUSED',
    'CERT_HAS_EXPIRED',
    'ERR_TLS_CERT_ALTNAME_INVALID',
    'ENOENT',
    '',
  ])
    expect(isAwayCode(code)).toBe(false);
});

it('a full disk of ours is no fault of the place', () => {
  const error = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
  const { kind, code, message } = unreadable('s3://models/a', error);
  expect([kind, code]).toEqual(['unavailable', 'storage_full']);
  expect(message).not.toContain('s3://');
});

it('a server of MLflow 2 has no logged models, and runs with files all the same', async () => {
  answer = (request, response) => {
    const { pathname, searchParams: asked } = new URL(request.url ?? '', 'http://server');
    if (pathname.endsWith('/logged-models/search')) return void response.writeHead(404).end('Not Found');
    if (pathname.endsWith('/runs/get'))
      return json({ run: { info: { experiment_id: '0' } } })(request, response);
    if (pathname === '/get-artifact') return void response.end('weights');
    // One file is listed by the folder above it.
    const files = asked.has('path') ? [] : [{ path: 'model.pkl', file_size: 7 }];
    json({ files })(request, response);
  };
  expect((await refused('runs:/1/model.pkl'))[2]).toBe('read');
});

it('a version of the other registry that says nothing of its files is none', async () => {
  answer = json({ model_version: { version: '3', source: '' } });
  expect((await refused('models:/digits@champion'))[2]).toContain('does not say where the files');
});
