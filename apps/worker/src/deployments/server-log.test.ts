import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fileNameOf, lastLogLine, serverLog } from './server-log.ts';

const name = fc.oneof(
  fc.string({ unit: 'binary', minLength: 1, maxLength: 400 }),
  fc.constantFrom('..', '.', '../../etc/x', '/etc/passwd', '-rf', 'a\0b', 'digits', 'é'.repeat(200)),
  fc
    .array(fc.constantFrom('/', '.', '-', 'a', '\\', '\n', '\u001b'), { minLength: 1 })
    .map((parts) => parts.join('')),
);

it('no name of a model leaves the folder, is too long for a file, or is that of another', () => {
  fc.assert(
    fc.property(name, name, (one, other) => {
      const file = serverLog('/data', { model: one, version: 3 });
      expect(path.dirname(path.normalize(file))).toBe('/data/logs/models');
      expect(Buffer.byteLength(path.basename(file))).toBeLessThan(200);
      expect(path.basename(file)).toMatch(/^[A-Za-z0-9_][A-Za-z0-9._-]*\.log$/);
      if (one !== other) expect(fileNameOf(one)).not.toBe(fileNameOf(other));
    }),
  );
  expect(fileNameOf('digits')).toBe('digits');
  // A name that looks like one that was made safe is made safe too.
  const made = fileNameOf('../x');
  expect(fileNameOf(made)).not.toBe(made);
});

it('the last line is short and plain, whatever the program wrote, and however much', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'understudy-log-'));
  const file = path.join(folder, 'x.log');
  await writeFile(file, `${'x'.repeat(5_000_000)}\nends\u001b]0;pwned\u0007 here\r\n\n`);
  expect(await lastLogLine(file)).toBe('ends]0;pwned here');
  expect(await lastLogLine(path.join(folder, 'none'))).toBe('');
  await rm(folder, { recursive: true });
});
