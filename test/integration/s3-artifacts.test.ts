import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { digestFolder } from '#libs/folders';
import { startApi, type Json, type TestApi } from '../support/api.ts';
import { S3_SERVER, startS3 } from '../support/outside/s3-server.ts';

/* Artifacts in S3, on a real server that speaks it (Versity's gateway over a folder), by the SDK's own chain of credentials. */
const MOST = 1_000_000;
const TREE = { MLmodel: 'flavors: {}', 'data/modèle 模型.bin': 'weights', 'data/100%/a b+c&d=e.txt': 'x' };

(S3_SERVER === undefined ? describe.skip : describe)('s3://', () => {
  let folder: string;
  let server: Awaited<ReturnType<typeof startS3>>;
  let api: TestApi;
  beforeAll(async () => {
    server = await startS3(['models', 'private']);
    folder = server.folder;
    for (const [at, text] of Object.entries(TREE)) {
      await put(`digits/1/${at}`, text);
      const file = path.join(folder, 'local', at);
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, text);
    }
    await put('digits/10', 'another version');
    await put('digits/1/empty/', '');
    api = await startApi({
      ...{
        ARTIFACT_S3_BUCKETS: 'models/digits',
        ARTIFACT_S3_ENDPOINT: server.endpoint,
        MAX_ARTIFACT_BYTES: String(MOST),
      },
      ...{ ...server.credentials, HOME: folder },
    });
  }, 120_000);
  afterAll(async () => {
    await api?.close();
    await server?.stop();
  });

  const put = (Key: string, Body: string | Buffer, Bucket = 'models') => server.overwrite(Bucket, Key, Body);
  const register = async (uri: string, digest: string): Promise<Json> =>
    (await api.call('POST', '/models/held/versions', { artifact: { uri, digest }, createModel: true })).body;
  const asMlflow = async (source: string): Promise<Json> => {
    await api.call('POST', '/api/2.0/mlflow/registered-models/create', { name: 'held' });
    return (await api.call('POST', '/api/2.0/mlflow/model-versions/create', { name: 'held', source })).body;
  };
  const NONE = `sha256:${'0'.repeat(64)}`;

  it('a prefix is the folder that it is on a disk, and what an MLflow client names gets its digest', async () => {
    const { digest } = await digestFolder(path.join(folder, 'local'));
    for (const uri of ['s3://models/digits/1', 's3://models/digits/1/'])
      expect(await register(uri, digest)).toMatchObject({ artifact: { uri, digest } });
    const { model_version: made } = await asMlflow('s3://models/digits/1');
    expect(made.source).toBe('s3://models/digits/1');
    const { body } = await api.call('GET', `/models/held/versions/${made.version}`);
    expect(body['artifact']).toEqual({ uri: 's3://models/digits/1', digest });
  });

  it('an object is a file; whatever changes is seen', async () => {
    const local = path.join(folder, 'local');
    const { digest } = await digestFolder(local);
    const other = await register('s3://models/digits/10', NONE);
    expect(other).toMatchObject({ code: 'digest_mismatch' });
    expect(other['detail']).toContain('(15 bytes)');
    await put('digits/1/data/modèle 模型.bin', 'WEIGHTS');
    expect(await register('s3://models/digits/1', digest)).toMatchObject({ code: 'digest_mismatch' });
    await put('digits/1/data/modèle 模型.bin', 'weights');
    await put('digits/1/more', '');
    expect(await register('s3://models/digits/1', digest)).toMatchObject({ code: 'digest_mismatch' });
    await server.client.send(new DeleteObjectCommand({ Bucket: 'models', Key: 'digits/1/more' }));
    expect(await register('s3://models/digits/1', digest)).toMatchObject({ artifact: { digest } });
  });

  it('has many objects, page by page, and no more bytes than it may', async () => {
    const keys = Array.from({ length: 1_050 }, (_, i) => `digits/many/${i}`);
    while (keys.length > 0) await Promise.all(keys.splice(0, 50).map((key) => put(key, 'x')));
    const { detail } = await register('s3://models/digits/many', NONE);
    expect(detail).toContain('a folder of 1050 files, 1050 bytes');
    await put('digits/large/a', Buffer.alloc(MOST / 2));
    await put('digits/large/b', Buffer.alloc(MOST / 2 + 1));
    expect(await register('s3://models/digits/large', NONE)).toMatchObject({ code: 'artifact_too_large' });
  }, 120_000);

  it.each([
    ['s3://models/digits/none', /neither an object nor a prefix/],
    ['s3://models/digit', /ARTIFACT_S3_BUCKETS/],
    ['s3://models/digits-2/x', /ARTIFACT_S3_BUCKETS/],
    ['s3://private/digits/1', /ARTIFACT_S3_BUCKETS/],
    ['s3://models', /ARTIFACT_S3_BUCKETS/],
  ])('%s is refused with why, and without a key', async (uri, because) => {
    await put('digits-2/x', 'x');
    const { code, detail } = await register(uri, NONE);
    expect([code, detail]).toEqual(['artifact_unreadable', expect.stringMatching(because)]);
    expect((await asMlflow(uri))['message']).toMatch(because);
    for (const text of [detail, api.process.output()])
      expect(text).not.toContain(server.credentials.AWS_SECRET_ACCESS_KEY);
  });
});
