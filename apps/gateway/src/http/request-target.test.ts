import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { placeOf } from '../request/place.ts';
import { BadMessage } from './bad-message.ts';
import { pathOf } from './request-target.ts';

describe('the target of a request', () => {
  it.each([
    ['/a?b', '/a?b'],
    ['//a', '//a'],
    ['http://g/a/b?c=http://d/e', '/a/b?c=http://d/e'],
    ['HTTPS://G.example:8443/a', '/a'],
    ['http://g', '/'],
    ['http://g:/', '/'],
    ['http://g?a', '/?a'],
    ['http://g#a', '/#a'],
    ['http://[::1]:80//models/m', '//models/m'],
    ['http://127.0.0.1/../models/m', '/../models/m'],
  ])('%s asks for %s', (target, path) => expect(pathOf(target)).toBe(path));

  it.each([
    ['*', /names? a path/],
    ['a/b', /neither a path nor an address/],
    ['g:443', /neither/],
    ['ftp://g/a', /neither/],
    ['http:/a', /neither/],
    ['http:///a', /no host/],
    ['http://:80/a', /no host/],
    ['http://g\\@h/a', /user/],
    ['http://g\\/a', /no host/],
    ['http://u@g/a', /user/],
    ['http://u:p@g/a', /user/],
    ['http://g:80:80/a', /no host/],
    ['http://g%2fa/b', /no host/],
    ['http://[::1/a', /no host/],
  ])('%s is refused', (target, why) => {
    expect(() => pathOf(target)).toThrow(why);
    expect(() => pathOf(target)).toThrow(BadMessage);
  });

  it('means the same as an address and as a path, or is refused as both', () => {
    const piece = fc.constantFrom(
      ...['/', '..', '.', 'a', '%2e', '%2f', '\\', ';', '?', '#', '%', '@', ':', 'http://h/', '//'],
    );
    fc.assert(
      fc.property(
        fc.constantFrom('http://g', 'https://g', 'http://other:1', 'HTTP://[::1]'),
        fc.array(piece, { maxLength: 10 }),
        (origin, pieces) => {
          const path = `/models/m/${pieces.join('')}`;
          expect(pathOf(origin + path)).toBe(path);
          expect(placeOf(pathOf(origin + path))).toEqual(placeOf(path));
        },
      ),
      { numRuns: 5_000 },
    );
  });

  it('ends its authority where a browser does', () => {
    const piece = fc.constantFrom(
      ...['/', '//', '@', ':', 'g', 'models/m', '?', '#', '[', ']', '\\', '%40', '80', '.'],
    );
    let read = 0;
    fc.assert(
      fc.property(fc.array(piece, { minLength: 1, maxLength: 8 }), (pieces) => {
        const target = `http://${pieces.join('')}`;
        let path: string;
        try {
          path = pathOf(target);
        } catch (error) {
          return expect(error).toBeInstanceOf(BadMessage);
        }
        if (!URL.canParse(target)) return;
        read++;
        const url = new URL(target);
        const origin = `http://${url.host}`;
        expect([url.href, url.username]).toEqual([new URL(origin + path).href, '']);
      }),
      { numRuns: 20_000 },
    );
    expect(read).toBeGreaterThan(500);
  });
});
