import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { placeOf } from './place.ts';
import { normalPath } from './request-path.ts';

const read = (text: string): string => {
  const reading = normalPath(text);
  return 'path' in reading ? reading.path : '(refused)';
};

describe('the path below a model', () => {
  it.each([
    '/',
    '/infer',
    '/v2/models/a/versions/1/infer',
    '/a/',
    '/a//b',
    '/a.b/..c/...',
    '/.well-known/x',
    '/a%20b/%C3%A9',
    '/a;v=1/b',
    '/org%2Fname/infer',
    '/user%5Cname',
    '/100%25',
    '/a%252Fb',
    '/~user/@x/a:b',
  ])('%s is left as it came', (text) => expect(read(text)).toBe(text));

  it.each([
    ['/./a', '/a'],
    ['/a/./b', '/a/b'],
    ['/a/../b', '/b'],
    ['/a/b/..', '/a/'],
    ['/a/b/.', '/a/b/'],
    ['/a/%2e%2E/b', '/b'],
    ['/a/.%2e/b', '/b'],
    ['/%2e/a', '/a'],
    ['/a/b/../../c', '/c'],
    ['//a', '/a'],
    ['///', '/'],
  ])('%s is %s', (text, path_) => expect(read(text)).toBe(path_));

  it.each([
    '/..',
    '/../secret',
    '/a/../../secret',
    '/%2e%2e/secret',
    '/..%2fsecret',
    '/a%2f..%2f..%2fsecret',
    '/..%5csecret',
    '/..\\secret',
    '\\..\\secret',
    '/..;/secret',
    '/..;a=b/secret',
    '/..%3b/secret',
    '/a;b=%2f..%2f/c',
    '/%252e%252e/secret',
    '/%25252e%25252e/secret',
    '/..%252fsecret',
    '/..%20/secret',
    '/%20../secret',
    '/%c0%ae%c0%ae/secret',
    '/..%c0%afsecret',
    '/%e0%80%ae/x',
    '/a//../b',
    '/a/;x/../b',
    '/a%2fb/../c',
    '/a%00',
    '/a%0d%0ab',
    '/a%2500',
    '/.%09./secret',
    '/%zz',
    '/a%',
    '/%u002e%u002e/secret',
    '/é',
    '/a b',
    '/a\0',
    '/%252525252525252e',
  ])('%j is refused', (text) => expect(read(text)).toBe('(refused)'));
});

/** How servers read a path before they look a resource up, each from some that do. */
const READERS: Readonly<Record<string, (text: string) => string>> = {
  decodes: (text) =>
    text.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16))),
  'decodes to UTF-8': (text) => Buffer.from(READERS['decodes']?.(text) ?? '', 'latin1').toString('utf8'),
  'merges slashes': (text) => text.replace(/\/{2,}/g, '/'),
  'takes backslashes for slashes': (text) => text.replaceAll('\\', '/'),
  'drops parameters': (text) => text.replace(/;[^/]*/g, ''),
  'drops blanks and tabs': (text) => text.replace(/[\t\r\n ]/g, ''),
  'stops at NUL': (text) => text.split('\0')[0] ?? '',
  'stops at ? and #': (text) => text.split(/[?#]/)[0] ?? '',
  'removes dots as Node does': (text) => path.posix.normalize(text),
  'removes dots as Windows does': (text) => path.win32.normalize(text).replaceAll('\\', '/'),
  'removes dots as WHATWG does': (text) => new URL(`http://host${text}`).pathname,
};
const BASE = '/v2/models/public';
const isBelow = (text: string): boolean => text === BASE || text.startsWith(`${BASE}/`);

const piece = fc.constantFrom(
  ...[
    '.',
    '..',
    '%2e',
    '%2E',
    '%252e',
    '%25252E',
    '/',
    '//',
    '%2f',
    '%2F',
    '%5c',
    '\\',
    '%252f',
    ';',
    '%3b',
    ';a=b',
  ],
  ...[
    'a',
    'b.c',
    '%20',
    '%09',
    '%00',
    '%0a',
    '?',
    '#',
    '%3f',
    '%23',
    '%c0%ae',
    '%af',
    '%',
    '%zz',
    '%25',
    '2e',
    'é',
    '\t',
  ],
);
const target = fc.array(piece, { maxLength: 12 }).map((pieces) => `/${pieces.join('')}`);

describe('any path', () => {
  it('stays below the serving URL, whatever the model server does with it', () => {
    let passed = 0;
    fc.assert(
      fc.property(
        target,
        fc.array(fc.constantFrom(...Object.keys(READERS)), { maxLength: 6 }),
        (text, readers) => {
          const place = placeOf(`/models/m${text}`);
          if (place === null || 'refused' in place) return;
          passed++;
          let seen = BASE + (place.rest.split('?')[0] ?? '');
          for (const reader of readers) {
            seen = READERS[reader]?.(seen) ?? '';
            expect([text, readers, seen, isBelow(seen)]).toEqual([text, readers, seen, true]);
          }
        },
      ),
      { numRuns: 20_000 },
    );
    expect(passed).toBeGreaterThan(1_000);
  });

  it('is read the same a second time, and its query is untouched', () => {
    fc.assert(
      fc.property(target, (text) => {
        const place = placeOf(`/models/m${text}`);
        if (place === null || 'refused' in place) return;
        expect(placeOf(`/models/m${place.rest}`)).toEqual(place);
        const whole = text.split('#')[0] ?? '';
        expect(place.rest.split('?').slice(1)).toEqual(whole.split('?').slice(1));
      }),
      { numRuns: 5_000 },
    );
  });
});

describe('the place of a request', () => {
  it.each([
    ['/models/m/a?b=/../c', { model: 'm', rest: '/a?b=/../c' }],
    ['/models/m', { model: 'm', rest: '/' }],
    ['/models/m?a', { model: 'm', rest: '/?a' }],
    ['/models/a%20b/x/../y', { model: 'a b', rest: '/y' }],
    ['/models/m/a#b', { model: 'm', rest: '/a' }],
    ['/models/', null],
    ['/models//x', null],
    ['//models/m/x', null],
    ['/./models/m/x', null],
    ['/x/../models/m/x', null],
    ['/Models/m', null],
  ])('%s is %j', (url, place) => expect(placeOf(url)).toEqual(place));

  it.each([
    '/models/..',
    '/models/../healthz',
    '/models/%2e%2e/m',
    '/models/./m',
    '/models/m/../n/x',
    '/models/..;/m',
  ])('%s is refused', (url) => expect(placeOf(url)).toHaveProperty('refused'));
});
