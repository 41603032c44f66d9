import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from '@jest/globals';

const SKIPPED = ['node_modules', 'dist', '.git', '.cache', '.understudy'];
const filesIn = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (SKIPPED.includes(entry.name)) return [];
    const name = path.join(folder, entry.name);
    return entry.isDirectory() ? filesIn(name) : [name];
  });
const files = filesIn('.');
const texts = files.filter((file) => file.endsWith('.md'));

/** Source files that a text names in backticks: by their path, or by the end of it. */
const namedIn = (text: string): string[] =>
  [...text.matchAll(/`((?:[\w.-]+\/)*[\w.-]+\.(?:ts|tsx|mjs))`/g)].map(([, name = '']) => name);
/** Links to files of the repository. */
const linkedIn = (text: string): string[] =>
  [...text.matchAll(/\]\((?!\w+:|#)([^)\s#]+)/g)].map(([, to = '']) => to);

it.each(texts)('%s names no file that is gone', (file) => {
  const text = readFileSync(file, 'utf8');
  const gone = namedIn(text).filter((name) => !files.some((one) => one === name || one.endsWith(`/${name}`)));
  const broken = linkedIn(text).filter((to) => !existsSync(path.join(path.dirname(file), to)));
  expect([...gone, ...broken]).toEqual([]);
});
