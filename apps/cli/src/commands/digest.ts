import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Command } from 'commander';
import { beginsManifest, digestFolder, MANIFEST_HEADER } from '#libs/folders';
import { type Context, type Output, printOne } from '../context.ts';
import { EXIT, Exit } from '../exit.ts';

interface Digested {
  readonly digest: string;
  readonly kind: 'file' | 'folder';
  readonly files: number;
  readonly bytes: number;
  /** Of a folder. */
  readonly manifest: string | null;
}

/** What an artifact is, without asking anybody: the digest to register. */
export function digestCommand(program: Command, context: () => Context): void {
  program
    .command('digest <path>')
    .description('The digest of a file or a folder, as a version names its artifact')
    .option('--manifest', 'of a folder: the text whose SHA-256 it is, a line for each file')
    .action(async (path: string, options: { manifest?: boolean }, command: Command) => {
      const it = context();
      const found = await digestAt(path).catch((error: unknown) => {
        throw error instanceof Exit
          ? error
          : new Exit(EXIT.refused, `${path} has no digest: ${(error as Error).message}.`);
      });
      const { manifest, ...facts } = found;
      if (!options.manifest) return printOne(it, command.optsWithGlobals<Output>(), facts, found.digest);
      if (manifest === null) throw new Exit(EXIT.usage, `${path} is a file, which has no manifest.`);
      it.print.write(manifest);
    });
}

async function digestAt(path: string): Promise<Digested> {
  const found = await stat(path).catch(() => {
    throw new Exit(EXIT.usage, `${path} cannot be read.`);
  });
  if (found.isDirectory()) {
    const { digest, files, bytes, manifest } = await digestFolder(path);
    return { digest, kind: 'folder', files: files.length, bytes, manifest };
  }
  const hash = createHash('sha256');
  let head = Buffer.alloc(0);
  let bytes = 0;
  for await (const part of createReadStream(path) as AsyncIterable<Buffer>) {
    if (head.length < MANIFEST_HEADER.length) head = Buffer.concat([head, part]);
    bytes += part.length;
    hash.update(part);
  }
  if (beginsManifest(head))
    throw new Error('it is the manifest of a folder, which cannot be registered as a file');
  return { digest: `sha256:${hash.digest('hex')}`, kind: 'file', files: 1, bytes, manifest: null };
}
