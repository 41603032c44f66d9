import { describe, expect, it, test } from '@jest/globals';
import fc from 'fast-check';
import { localPath } from './local-path.ts';

describe('stays here:', () => {
  test.each([
    ['/', '/'],
    ['/models/digits?tab=1#gates', '/models/digits?tab=1#gates'],
    ['/models/größe', '/models/gr%C3%B6%C3%9Fe'],
    ['/%09/evil.example', '/%09/evil.example'],
    ['/a/../b', '/b'],
    ['/a\tb\nc', '/abc'],
    ['/x?to=//evil.example', '/x?to=//evil.example'],
  ])('%j', (text, path) => expect(localPath(text)).toBe(path));
});

describe('leads elsewhere:', () => {
  test.each([
    '',
    'ok',
    '//evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    '/\t/evil.example/phish',
    '/\n/evil.example',
    '/\r/evil.example',
    '\t//evil.example',
    ' //evil.example',
    '\u0000//evil.example',
    '/.//evil.example',
    '/..//evil.example',
    '/x/..//evil.example',
    '/%2e//evil.example',
    '/.\\/evil.example',
    '///evil.example',
    'https://evil.example',
    'http:evil.example',
    'javascript:alert(1)',
    '//here.invalid//evil.example',
    '//[',
  ])('%j', (text) => expect(localPath(text)).toBe('/'));
});

/** Texts near the edge: what browsers drop, fold or read as a host. */
const part = fc.constantFrom(
  ...['/', '\\', '.', '..', '\t', '\n', '\r', ' ', '\u0000', '\u000b', '%2f', '%5c', '%2e', '%09', '@', ':'],
  ...['?', '#', 'evil.example', 'http:', 'https:', 'javascript:', 'here.invalid', '。', '／', '＼', 'é', 'a'],
);
const hostile = fc.oneof(
  fc.array(part, { maxLength: 8 }).map((parts) => parts.join('')),
  fc.string({ unit: 'binary', maxLength: 20 }),
);

describe('for any text', () => {
  it.each(['http://understudy.example', 'https://understudy.example:7400'])(
    'a browser at %s stays there, once and again',
    (origin) => {
      fc.assert(
        fc.property(hostile, fc.constantFrom('/login', '/models/a/b?x'), (text, page) => {
          const path = localPath(text);
          expect(new URL(path, origin + page).origin).toBe(origin);
          expect(new URL(new URL(path, origin + page).href).origin).toBe(origin);
          // For a header, and for readers that know no URL.
          expect(path).toMatch(/^\/(?![/\\])[\x21-\x7e]*$/);
          expect(localPath(path)).toBe(path);
        }),
        { numRuns: 3_000 },
      );
    },
  );
});
