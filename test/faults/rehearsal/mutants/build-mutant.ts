import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import ts from 'typescript';
import type { Edit } from './mutant.ts';

/** A copy of the build in which something of the product is undone. */
export interface MutantBuild {
  /** The folder that has `dist`. */
  readonly root: string;
  remove(): Promise<void>;
}

/**
 * Copies `dist`, and puts files into it that are made of sources with other texts; neither sources nor `dist` are changed.
 * @param root the checkout, with a build that is not older than its sources
 * @throws Error when a text is not there exactly once
 */
export async function buildMutant(root: string, edits: readonly Edit[]): Promise<MutantBuild> {
  const folder = await mkdtemp(path.join(tmpdir(), 'understudy-mutant-'));
  try {
    await mkdir(path.join(folder, 'dist'));
    await cp(path.join(root, 'dist'), path.join(folder, 'dist'), {
      ...{ recursive: true, preserveTimestamps: true },
      filter: (file) => !/\.(map|tsbuildinfo)$/.test(file),
    });
    await cp(path.join(root, 'package.json'), path.join(folder, 'package.json'));
    await symlink(path.join(root, 'node_modules'), path.join(folder, 'node_modules'));
    for (const file of new Set(edits.map((edit) => edit.file))) {
      const source = await readFile(path.join(root, file), 'utf8');
      const mutated = edits.filter((edit) => edit.file === file).reduce(applied, source);
      await writeFile(path.join(folder, 'dist', file.replace(/\.ts$/, '.js')), compiled(mutated, file));
    }
    return { root: folder, remove: () => rm(folder, { recursive: true, force: true }) };
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

function applied(source: string, { file, find, replace }: Edit): string {
  if (source.split(find).length !== 2) throw new Error(`${file} has "${find}" not once`);
  return source.replace(find, () => replace);
}

/** As tsconfig.json says, of one file by itself. @throws Error for a syntax error */
export function compiled(source: string, file: string): string {
  const { outputText, diagnostics } = ts.transpileModule(source, {
    fileName: file,
    reportDiagnostics: true,
    compilerOptions: {
      target: ts.ScriptTarget.ES2023,
      module: ts.ModuleKind.ESNext,
      ...{ verbatimModuleSyntax: true, rewriteRelativeImportExtensions: true },
      ...{ experimentalDecorators: true, emitDecoratorMetadata: true, useDefineForClassFields: false },
    },
  });
  const [first] = diagnostics ?? [];
  if (first) throw new Error(`${file}: ${ts.flattenDiagnosticMessageText(first.messageText, '\n')}`);
  return outputText;
}
