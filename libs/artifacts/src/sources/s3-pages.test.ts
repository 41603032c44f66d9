import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { s3Source } from './s3-source.ts';

/** A page of one object, as S3 and what speaks like it write it. */
const page = (key: string, more: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?><ListBucketResult><Contents><Key>${key}</Key><Size>1</Size><ETag>"x"</ETag></Contents>${more}</ListBucketResult>`;
const TRUNCATED = '<IsTruncated>true</IsTruncated>';
const answers: string[] = [];
const server = createServer((_request, answer) => {
  answer.writeHead(200, { 'content-type': 'application/xml' }).end(answers.shift());
});
const before = { ...process.env };
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'key', AWS_SECRET_ACCESS_KEY: 'planted-secret' });
});
afterAll(() => {
  process.env = before;
  server.closeAllConnections();
  server.close();
});

const find = (pages: readonly string[]): Promise<unknown> => {
  answers.splice(0, answers.length, ...pages);
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const source = s3Source({ buckets: ['models'], endpoint, region: 'us-east-1', pathStyle: true });
  return source.find('s3://models/a/').then(
    (found) => (found.kind === 'folder' ? found.files.map(({ path }) => path) : found.kind),
    (error: Error) => error.message,
  );
};

it('a list that is cut is not taken for the whole folder', async () => {
  const next = `${TRUNCATED}<NextContinuationToken>t</NextContinuationToken>`;
  expect(await find([page('a/1', next), page('a/2', '')])).toEqual(['1', '2']);
  // A server that knows the first form of the call only goes on by a marker.
  expect(await find([page('a/1', `${TRUNCATED}<NextMarker>a/1</NextMarker>`)])).toMatch(/more objects/);
  // One that does not go on at all.
  expect(await find([page('a/1', next), page('a/1', next)])).toMatch(/more objects/);
});
