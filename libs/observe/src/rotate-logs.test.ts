import {
  appendFileSync,
  closeSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { rotateLogs } from './rotate-logs.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'understudy-logs-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('bounds size and number, whatever is written, and loses no recent line', async () => {
  const file = path.join(folder, 'a.log');
  const writer = openSync(file, 'a');
  appendFileSync(path.join(folder, 'notes.txt'), 'x'.repeat(500));
  for (let line = 0; line < 200; line++) {
    writeSync(writer, `line ${line}\n`);
    await rotateLogs(folder, { mostBytes: 100, keep: 3 });
  }
  closeSync(writer);
  expect(readdirSync(folder).sort()).toEqual(['a.log', 'a.log.1', 'a.log.2', 'a.log.3', 'notes.txt']);
  const text = ['.3', '.2', '.1', ''].map((part) => readFileSync(`${file}${part}`, 'utf8'));
  for (const part of text) expect(part.length).toBeLessThanOrEqual(110);
  const lines = text.join('').trimEnd().split('\n');
  expect(lines).toEqual(Array.from({ length: lines.length }, (_, i) => `line ${200 - lines.length + i}`));
  expect(readFileSync(path.join(folder, 'notes.txt'), 'utf8')).toHaveLength(500);
});

it('of no folder is nothing', async () => {
  expect(await rotateLogs(path.join(folder, 'none'))).toEqual([]);
});
