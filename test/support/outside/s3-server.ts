import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { freePort } from '#libs/processes';

/** Versity's gateway, a server of S3 over a folder (`.ci/run` builds it where Go is); `undefined`: it is not installed. */
export const S3_SERVER = [
  path.resolve('.cache/bin/versitygw'),
  ...(process.env['PATH'] ?? '').split(':').map((at) => path.join(at, 'versitygw')),
].find((file) => existsSync(file));
if (S3_SERVER === undefined)
  process.stderr.write('skipped: versitygw is not installed (.ci/run builds it where Go is)\n');

const [KEY, SECRET] = ['planted-access-key', 'planted-secret-access-key'];

/** Starts it on a free port. */
export async function startS3(buckets: readonly string[]) {
  const folder = await mkdtemp(path.join(tmpdir(), 'understudy-s3-'));
  await mkdir(path.join(folder, 'objects'));
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const server = spawn(
    S3_SERVER ?? '',
    ['--port', `127.0.0.1:${port}`, 'posix', path.join(folder, 'objects')],
    {
      stdio: 'ignore',
      env: { PATH: process.env['PATH'], ROOT_ACCESS_KEY: KEY, ROOT_SECRET_KEY: SECRET },
    },
  );
  const client = new S3Client({
    ...{ endpoint, region: 'us-east-1', forcePathStyle: true },
    credentials: { accessKeyId: KEY, secretAccessKey: SECRET },
  });
  const overwrite = (Bucket: string, Key: string, Body: string | Buffer) =>
    client.send(new PutObjectCommand({ Bucket, Key, Body }));
  for (let tries = 0; ; tries++) {
    const isUp = await fetch(endpoint).then(
      () => true,
      () => false,
    );
    if (isUp) break;
    if (tries > 300) throw new Error('the S3 server did not start');
    await sleep(100);
  }
  for (const name of buckets) await client.send(new CreateBucketCommand({ Bucket: name }));
  return {
    ...{ endpoint, folder, client, overwrite },
    credentials: { AWS_ACCESS_KEY_ID: KEY, AWS_SECRET_ACCESS_KEY: SECRET },
    stop: async (): Promise<void> => {
      client.destroy();
      server.kill('SIGKILL');
      await rm(folder, { recursive: true, force: true });
    },
  };
}
