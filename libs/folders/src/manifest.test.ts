import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  assertPaths,
  digestFolder,
  digestOfManifest,
  manifestText,
  parseManifest,
  whyBadPath,
} from './index.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'understudy-folders-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** As docs/guides/registry.md says it: what people have on their machines comes to the same digest. */
const BY_HAND = `{ echo 'understudy folder 1'; find . -type f | LC_ALL=C sort | xargs -d '\\n' sha256sum | sed 's#  ./#  #'; } | sha256sum`;

const name = fc.oneof(
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }),
  fc.constantFrom(
    'MLmodel',
    'model.pkl',
    'modèle',
    'mode\u0300le',
    '模型',
    '\u{1F600}',
    '\uFF5E',
    ' ',
    '-rf',
    '*',
    '%2e%2e',
  ),
);
const trees = fc
  .dictionary(
    fc.array(name, { minLength: 1, maxLength: 4 }).map((names) => names.join('/')),
    fc.uint8Array({ maxLength: 50 }),
    {
      minKeys: 1,
      maxKeys: 8,
    },
  )
  .filter((tree) => {
    try {
      assertPaths(Object.keys(tree));
      return true;
    } catch {
      return false;
    }
  });

it('a folder has the digest that sha256sum finds by hand, whatever its files are called', async () => {
  let made = 0;
  await fc.assert(
    fc.asyncProperty(trees, async (tree) => {
      const root = path.join(folder, String(made++));
      for (const [at, bytes] of Object.entries(tree)) {
        await mkdir(path.dirname(path.join(root, at)), { recursive: true });
        await writeFile(path.join(root, at), bytes);
      }
      // Neither is of the folder: no place but a disk keeps them.
      await mkdir(path.join(root, 'empty-folder-of-nobody'), { recursive: true });
      const [byHand = ''] = execFileSync('bash', ['-c', BY_HAND], { cwd: root, encoding: 'utf8' }).split(' ');
      const found = await digestFolder(root);
      expect(found.digest).toBe(`sha256:${byHand}`);
      expect(parseManifest(found.manifest)).toEqual(
        [...found.files].sort((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path))),
      );
      expect(found.bytes).toBe(Object.values(tree).reduce((sum, bytes) => sum + bytes.length, 0));
    }),
    { numRuns: 60 },
  );
}, 120_000);

const digestOf = (text: string): string => `sha256:${createHash('sha256').update(text).digest('hex')}`;

it('no two folders share a manifest, in whichever order their files are found', () => {
  const file = (at: string, text: string) => ({ path: at, digest: digestOf(text) });
  fc.assert(
    fc.property(
      fc.dictionary(name, fc.string(), { minKeys: 1 }),
      fc.dictionary(name, fc.string(), { minKeys: 1 }),
      (a, b) => {
        const text = (tree: Record<string, string>, turned = false): string | null => {
          const files = Object.entries(tree).map(([at, content]) => file(at, content));
          try {
            return manifestText(turned ? files.reverse() : files);
          } catch {
            return null;
          }
        };
        fc.pre(text(a) !== null && text(b) !== null);
        expect(text(a)).toBe(text(a, true));
        const isSame = JSON.stringify(Object.entries(a).sort()) === JSON.stringify(Object.entries(b).sort());
        expect(digestOfManifest(text(a) ?? '') === digestOfManifest(text(b) ?? '')).toBe(isSame);
      },
    ),
  );
});

it.each([
  ['../secrets.key', '".."'],
  ['a/../../b', '".."'],
  ['./a', '"."'],
  ['/etc/passwd', 'begins'],
  ['a//b', '"//"'],
  ['', 'begins'],
  ['a/', 'ends'],
  ['a\nb', 'control character'],
  ['a\u0085b', 'control character'],
  ['..\\b', 'backslash'],
  ['\ud800', 'half a character'],
  ['x'.repeat(256), '255 bytes'],
  [Array(300).fill('abcd').join('/'), '1024 bytes'],
])('the path %j is refused', (at, because) => {
  expect(whyBadPath(at)).toContain(because);
  expect(() => manifestText([{ path: at, digest: digestOf('') }])).toThrow('is not taken');
});

it.each([
  [['a', 'a'], 'twice'],
  [['modèle', 'mode\u0300le'], 'two Unicode forms'],
  [['a/b', 'a'], '"a" is a file, and a folder'],
  [[], 'no file'],
])('the paths %j are no folder', (paths, because) => {
  expect(() => assertPaths(paths)).toThrow(because);
});

it.each([
  'understudy folder 1\n',
  `understudy folder 1\n${'0'.repeat(64)}  b\n${'0'.repeat(64)}  a\n`,
  `understudy folder 1\n${'0'.repeat(64)}  ../a\n`,
  `understudy folder 1\n${'0'.repeat(64)} a\n`,
  `understudy folder 1\n${'0'.repeat(64)}  a`,
])('what nobody wrote as a manifest is none: %j', (text) => {
  expect(() => parseManifest(text)).toThrow();
});
