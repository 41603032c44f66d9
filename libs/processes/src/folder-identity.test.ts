import { cpSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { areSame, type FolderIdentity, identifyFolder, isSameFolder } from './folder-identity.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(path.join(tmpdir(), 'understudy-identity-'));
  mkdirSync(path.join(home, 'a'));
  writeFileSync(path.join(home, 'a', 'file'), 'x');
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

it('is kept by a move and by what changes within; a copy, and one made again, is another', () => {
  const [a, b] = [path.join(home, 'a'), path.join(home, 'b')];
  const identity = JSON.parse(JSON.stringify(identifyFolder(a))) as FolderIdentity;
  writeFileSync(path.join(a, 'more'), 'y');
  expect(isSameFolder(identity, a)).toBe(true);
  cpSync(a, b, { recursive: true });
  expect(isSameFolder(identity, b)).toBe(false);
  rmSync(b, { recursive: true });
  renameSync(a, b);
  expect([isSameFolder(identity, b), isSameFolder(identity, a)]).toEqual([true, false]);
});

const ONE: FolderIdentity = { inode: '7', device: '1', boot: 'x', born: '5' };
it.each([
  ['another inode', { inode: '8' }, false],
  ['another device in one boot', { device: '2' }, false],
  ['another device after a boot', { device: '2', boot: 'y' }, true],
  ['an inode that was given away again', { born: '6' }, false],
  ['a time that is not known', { born: null }, true],
])('%s', (_what, change, same) => {
  expect(areSame(ONE, { ...ONE, ...change })).toBe(same);
});
