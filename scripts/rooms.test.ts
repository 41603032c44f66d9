import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from '@jest/globals';

/* ADR 52: a folder for each noun. */

const MOST_FILES = 15;
const MOST_LINES = 250;
/** Written by a program. */
const APART = /^libs\/client\/src\/api\.ts$/;
/** The one fixture that is longer: the engine's ports in memory. It may not grow, and leaves the list once it is short enough. */
const LONGER: Readonly<Record<string, number>> = {
  'test/support/memory/memory-stores.ts': 547,
};

const CODE = ['apps', 'bench', 'examples', 'libs', 'scripts', 'test']
  .flatMap((root) =>
    readdirSync(root, { recursive: true, encoding: 'utf8' }).map((file) => path.posix.join(root, file)),
  )
  .filter(
    (file) =>
      /\.tsx?$/.test(file) && !/\.(test|d)\.tsx?$|\/(node_modules|dist)\//.test(file) && !APART.test(file),
  );

it('no folder holds more than 15 files of code beside each other', () => {
  const held = new Map<string, number>();
  for (const file of CODE) held.set(path.dirname(file), (held.get(path.dirname(file)) ?? 0) + 1);
  expect([...held].filter(([, files]) => files > MOST_FILES)).toEqual([]);
});

it('files are short: half of them under 70 lines, none over 250 but those that are named', () => {
  const lines = CODE.map((file) => [file, readFileSync(file, 'utf8').split('\n').length - 1] as const);
  const middle = lines.map(([, count]) => count).sort((a, b) => a - b)[Math.floor(lines.length / 2)];
  expect(middle).toBeLessThanOrEqual(70);
  expect(lines.filter(([file, count]) => count > (LONGER[file] ?? MOST_LINES))).toEqual([]);
  const isShortNow = Object.keys(LONGER).filter((file) =>
    lines.every(([one, count]) => one !== file || count <= MOST_LINES),
  );
  expect(isShortNow).toEqual([]);
});

it('docs/where.md names a file for each feature, and each is there', () => {
  const rows = [...readFileSync('docs/where.md', 'utf8').matchAll(/^\| ([^|]+) \| `([^`]+)` \|$/gm)];
  expect(rows.length).toBeGreaterThan(40);
  expect(rows.map(([, , file]) => file ?? '').filter((file) => !existsSync(file))).toEqual([]);
});
