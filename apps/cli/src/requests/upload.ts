import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable, Transform } from 'node:stream';
import { problemOf, type Schemas, UnderstudyError } from '#libs/client';
import type { Context } from '../context.ts';
import { EXIT, Exit } from '../exit.ts';

type Artifact = Schemas['Artifact'];

/**
 * Streams a file up under its digest. Twice is once.
 * @throws Exit where it cannot be read, or is a folder
 */
export async function upload(context: Context, file: string): Promise<Artifact> {
  const found = await stat(file).catch(() => {
    throw new Exit(EXIT.usage, `${file} cannot be read.`);
  });
  if (found.isDirectory())
    throw new Exit(
      EXIT.usage,
      `${file} is a folder, which is not uploaded. Put it where the server reads it, and name it by its uri and digest (understudy digest ${file}).`,
    );
  const { size } = found;
  const hash = createHash('sha256');
  for await (const part of createReadStream(file)) hash.update(part as Buffer);
  const digest = `sha256:${hash.digest('hex')}`;
  const progress = context.print.progress(size);
  const counting = new Transform({
    transform(part: Buffer, _encoding, done) {
      progress.add(part.length);
      done(null, part);
    },
  });
  try {
    const body = createReadStream(file).pipe(counting);
    const length = { 'content-length': String(size) };
    const kept = await send(context, { method: 'PUT', path: `/${digest}`, headers: length, body });
    context.print.note(`uploaded ${file}: ${digest}\n`);
    return kept;
  } finally {
    progress.stop();
  }
}

/** Streams standard input up; the answer says its digest. */
export const uploadInput = (context: Context): Promise<Artifact> =>
  send(context, { method: 'POST', path: '', headers: {}, body: process.stdin });

interface Sending {
  readonly method: 'POST' | 'PUT';
  /** Below `/api/v1/artifacts`. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readable;
}

/** Not by the client: it would hold the whole artifact in memory. */
async function send({ url, token, signal }: Context, { method, path, ...sent }: Sending): Promise<Artifact> {
  const response = await fetch(`${url}/api/v1/artifacts${path}`, {
    method,
    headers: {
      'content-type': 'application/octet-stream',
      ...sent.headers,
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
    },
    body: Readable.toWeb(sent.body),
    duplex: 'half',
    signal,
  } as RequestInit);
  if (!response.ok) throw new UnderstudyError(await problemOf(response));
  return (await response.json()) as Artifact;
}
