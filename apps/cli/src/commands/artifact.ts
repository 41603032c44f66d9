import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Command } from 'commander';
import { type Context, dataOf, type Output, printOne } from '../context.ts';
import { upload, uploadInput } from '../requests/upload.ts';

/** Uploaded artifacts, by their digest. */
export function artifactCommands(program: Command, context: () => Context): void {
  const artifact = program.command('artifact').description('Upload and download artifacts, by their digest');
  artifact
    .command('upload <file>')
    .description('Upload a file (- is standard input); its digest is what a version names')
    .action(async (file: string, _options: object, command: Command) => {
      const it = context();
      const kept = await (file === '-' ? uploadInput(it) : upload(it, file));
      printOne(it, command.optsWithGlobals<Output>(), kept, kept.digest);
    });
  artifact
    .command('download <digest> <file>')
    .description('Download an uploaded artifact into a file')
    .action(async (digest: string, file: string, _options: object, command: Command) => {
      const it = context();
      const body = dataOf(
        await it.client.GET('/api/v1/artifacts/{digest}', {
          params: { path: { digest } },
          parseAs: 'stream',
          signal: it.signal,
        }),
      ) as unknown as Parameters<typeof Readable.fromWeb>[0];
      // A download that was cut off is never taken for the artifact.
      const partial = `${file}.part`;
      try {
        await pipeline(Readable.fromWeb(body), createWriteStream(partial));
        await rename(partial, file);
      } finally {
        await rm(partial, { force: true });
      }
      printOne(it, command.optsWithGlobals<Output>(), { digest, file }, `${file} is ${digest}`);
    });
}
