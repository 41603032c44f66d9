import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startApi, type TestApi } from '../support/api.ts';
import { startProcess } from '../support/processes.ts';

const MOST = 20 * 1024 * 1024;
let api: TestApi;
let token: string;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'understudy-uploads-'));
  api = await startApi({ ARTIFACT_FOLDER: folder, MAX_ARTIFACT_BYTES: String(MOST) });
  token = await api.token('publish', 'read');
});
afterAll(async () => {
  await api.close();
  await rm(folder, { recursive: true, force: true });
});

const digestOf = (bytes: Buffer): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
const upload = (method: string, name: string, body: Buffer | ReadableStream, as = token) =>
  fetch(`${api.url}/api/v1/artifacts${name}`, {
    method,
    headers: { authorization: `Bearer ${as}`, 'content-type': 'application/octet-stream' },
    body: body as never,
    duplex: 'half',
  } as RequestInit);
const download = (digest: string, headers: Record<string, string> = {}) =>
  fetch(`${api.url}/api/v1/artifacts/${digest}`, {
    headers: { authorization: `Bearer ${token}`, ...headers },
  });
/** Every file below the folder. */
const files = async (): Promise<string[]> =>
  (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => entry.name)
    .sort();

describe('uploads', () => {
  it('are kept by their digest, come back as they were, and may be repeated', async () => {
    const bytes = randomBytes(9 * 1024 * 1024);
    const digest = digestOf(bytes);
    const first = await upload('POST', '', bytes);
    expect([first.status, first.headers.get('location')]).toEqual([201, `/api/v1/artifacts/${digest}`]);
    expect(await first.json()).toEqual({
      digest,
      size: bytes.length,
      download: `/api/v1/artifacts/${digest}`,
    });
    expect((await upload('PUT', `/${digest}`, bytes)).status).toBe(200);
    const back = await download(digest);
    expect(back.headers.get('content-length')).toBe(String(bytes.length));
    expect(digestOf(Buffer.from(await back.arrayBuffer()))).toBe(digest);
    const part = await download(digest, { range: 'bytes=100-199' });
    expect(part.status).toBe(206);
    expect(Buffer.from(await part.arrayBuffer())).toEqual(bytes.subarray(100, 200));
    const head = await fetch(`${api.url}/api/v1/artifacts/${digest}`, {
      method: 'HEAD',
      headers: { authorization: `Bearer ${token}` },
    });
    expect([head.status, head.headers.get('content-length')]).toEqual([200, String(bytes.length)]);
  });

  it('by a version: what was uploaded, and nothing else', async () => {
    const bytes = randomBytes(1_000);
    const digest = digestOf(bytes);
    const register = () =>
      api.call('POST', '/models/uploaded/versions', {
        artifact: { digest, fileName: 'model.onnx' },
        createModel: true,
      });
    expect((await register()).body).toMatchObject({
      status: 422,
      code: 'artifact_not_uploaded',
      errors: [{ pointer: '/artifact/digest' }],
    });
    await upload('PUT', `/${digest}`, bytes);
    expect((await register()).body).toMatchObject({
      version: 1,
      artifact: { digest, uri: `artifact:${digest}/model.onnx` },
    });
  });

  it('ten at once of the same bytes leave one file', async () => {
    const bytes = randomBytes(300_000);
    const before = (await files()).length;
    const answers = await Promise.all(Array.from({ length: 10 }, () => upload('POST', '', bytes)));
    expect(answers.every(({ status }) => status === 200 || status === 201)).toBe(true);
    expect((await files()).length).toBe(before + 1);
  });
});

describe('what leaves nothing behind', () => {
  let before: string[];
  beforeAll(async () => {
    before = await files();
  });
  const leftNothing = async (): Promise<void> => expect(await files()).toEqual(before);

  it('another digest than the one that was said', async () => {
    const answer = await upload('PUT', `/sha256:${'0'.repeat(64)}`, randomBytes(50_000));
    expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([
      422,
      'digest_mismatch',
    ]);
    await leftNothing();
  });

  it.each(['with its length', 'in chunks'])('too many bytes, sent %s', async (how) => {
    const bytes = Buffer.alloc(5 * MOST);
    const body = how === 'in chunks' ? new Blob([bytes]).stream() : bytes;
    const answer = await upload('POST', '', body as never);
    expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([
      413,
      'artifact_too_large',
    ]);
    await leftNothing();
  });

  it('an upload that breaks off', async () => {
    const { port } = new URL(api.url);
    const socket = connect(Number(port), '127.0.0.1');
    socket.write(
      `POST /api/v1/artifacts HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${token}\r\ncontent-type: application/octet-stream\r\ncontent-length: 1000000\r\n\r\n`,
    );
    socket.write(randomBytes(400_000));
    // It is being written by now, or the test shows nothing.
    for (let i = 0; i < 100 && (await files()).length === before.length; i++) await sleep(20);
    expect((await files()).length).toBe(before.length + 1);
    socket.destroy();
    for (let i = 0; i < 100 && (await files()).length > before.length; i++) await sleep(20);
    await leftNothing();
  });

  it('an api that dies in the middle: the next one clears up what nobody writes to any more', async () => {
    const part = path.join(folder, 'incoming', 'dead.part');
    const fresh = path.join(folder, 'incoming', 'fresh.part');
    await writeFile(part, 'half');
    await writeFile(fresh, 'somebody writes this');
    await utimes(part, 0, 0);
    const another = await startProcess('apps/api/src/main.js', {
      API_PORT: '0',
      DATABASE_URL: api.databaseUrl,
      ARTIFACT_FOLDER: folder,
    });
    for (let i = 0; i < 100 && (await files()).includes('dead.part'); i++) await sleep(20);
    await another.kill('SIGTERM');
    expect(await files()).toEqual([...before, 'fresh.part'].sort());
    await rm(fresh);
  });
});

describe('who and what is refused', () => {
  it.each([
    ['a digest that is none', 'PUT', '/sha256:xyz', 422, 'request_invalid'],
    ['a path in place of a digest', 'PUT', '/sha256%3A..%2F..%2Fetc', 422, 'request_invalid'],
  ])('%s', async (_what, method, name, status, code) => {
    const answer = await upload(method, name, Buffer.from('x'));
    expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([status, code]);
  });

  it('a download of what is not there, JSON in place of bytes, and a token that may not', async () => {
    expect((await download(`sha256:${'1'.repeat(64)}`)).status).toBe(404);
    expect((await api.call('POST', '/artifacts', { a: 1 })).body).toMatchObject({ code: 'upload_not_bytes' });
    const reader = await api.token('read');
    expect((await upload('POST', '', Buffer.from('x'), reader)).status).toBe(403);
  });
});
