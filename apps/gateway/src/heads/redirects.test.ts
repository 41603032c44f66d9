import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type AnswerPlace, mapPlaces } from './redirects.ts';

const at = { servingUrl: 'http://10.0.0.7:8000/v2/a', rest: '/infer?x=1', model: 'm n' };
const root = { ...at, servingUrl: 'http://10.0.0.7:8000' };
const one = (value: string, place: AnswerPlace = at, name = 'location'): string | undefined =>
  mapPlaces([name, value], place)[1];

it.each([
  // Of its own, below the serving URL.
  ['http://10.0.0.7:8000/v2/a/infer/', '/models/m%20n/infer/'],
  ['HTTP://10.0.0.7:8000/v2/a/x?y=1#z', '/models/m%20n/x?y=1#z'],
  ['http://user:secret@10.0.0.7:8000/v2/a/x', '/models/m%20n/x'],
  ['//10.0.0.7:8000/v2/a/x', '/models/m%20n/x'],
  ['/v2/a', '/models/m%20n'],
  ['/v2/a/infer/', '/models/m%20n/infer/'],
  ['infer/', '/models/m%20n/infer/'],
  ['?page=2', '/models/m%20n/infer?page=2'],
  ['http:\\\\10.0.0.7:8000\\v2\\a\\x', '/models/m%20n/x'],
  // Of its own, and not to be reached here.
  ['http://10.0.0.7:8000/admin', undefined],
  ['/v2/b', undefined],
  ['/v2/ab', undefined],
  ['../../admin', undefined],
  ['/v2/a/../b', undefined],
  ['/v2/a/%2e%2e/b', undefined],
  // Somebody else's.
  ['https://login.example/x', 'https://login.example/x'],
  ['http://10.0.0.7:9000/v2/a/x', 'http://10.0.0.7:9000/v2/a/x'],
  ['http://10.0.0.8:8000/v2/a/x', 'http://10.0.0.8:8000/v2/a/x'],
  ['mailto:a@b', 'mailto:a@b'],
  ['http://[', 'http://['],
  ['', ''],
])('%s is %j to a caller', (value, mapped) => expect(one(value)).toBe(mapped));

it.each([
  ['/v2/a/x?code=key&y=1', '/models/m%20n/x?y=1'],
  ['/v2/a/x?code=key', '/models/m%20n/x'],
  ['/v2/a/x?code=keys', '/models/m%20n/x?code=keys'],
  ['/v2/a/x?y=1', '/models/m%20n/x?y=1'],
])('tells nobody the query of the serving URL: %s is %s', (value, mapped) =>
  expect(one(value, { ...at, servingUrl: 'http://10.0.0.7:8000/v2/a?code=key' })).toBe(mapped),
);

it('of a serving URL without a path, everything is below it', () => {
  expect(one('/login', root)).toBe('/models/m%20n/login');
  expect(one('http://10.0.0.7:8000/', root)).toBe('/models/m%20n/');
});

it.each([
  ['http://10.0.0.8:8000/v2/b/x?y=1', '/models/m%20n/x?y=1'],
  ['http://10.0.0.8:8000/v2/b/x?code=key', '/models/m%20n/x'],
  ['http://10.0.0.7:8000/v2/c/x', '/models/m%20n/x'],
  ['/v2/a/x', '/models/m%20n/x'],
  ['http://10.0.0.8:8000/v2/a/x', undefined],
  ['http://10.0.0.9:8000/v2/b/x', 'http://10.0.0.9:8000/v2/b/x'],
])('an address of another replica is the same model: %s is %j', (value, mapped) => {
  const others = ['http://10.0.0.8:8000/v2/b?code=key', 'http://10.0.0.7:8000/v2/c'];
  expect(one(value, { ...at, servingUrls: [at.servingUrl, ...others] })).toBe(mapped);
});

it('knows a server behind TLS that says http', () => {
  const secure = { ...at, servingUrl: 'https://models.internal/a' };
  expect(one('http://models.internal/a/x', secure)).toBe('/models/m%20n/x');
  expect(one('https://models.internal:443/a/x', secure)).toBe('/models/m%20n/x');
  expect(one('https://models.internal./a/x', secure)).toBe('/models/m%20n/x');
  expect(one('https://models.internal:8443/a/x', secure)).toBe('https://models.internal:8443/a/x');
});

it('reads the address of a Refresh, as nginx does', () => {
  expect(one('0; url=http://10.0.0.7:8000/v2/a/x', at, 'Refresh')).toBe('0; url=/models/m%20n/x');
  expect(one('5;URL="/v2/a/x"', at, 'refresh')).toBe('5;URL="/models/m%20n/x"');
  expect(one('30', at, 'refresh')).toBe('30');
  expect(one('0; url=/admin', at, 'refresh')).toBeUndefined();
});

it('never names the model server, whatever it says', () => {
  const piece = fc.constantFrom(
    ...[
      'http:',
      'https:',
      '//',
      '/',
      '\\',
      '10.0.0.7',
      ':8000',
      ':80',
      '@',
      '/v2/a',
      '..',
      '%2e',
      '.',
      '?',
      '#',
      '\t',
      'x',
    ],
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 10 }), (pieces) => {
      const value = pieces.join('');
      const mapped = one(value);
      if (mapped === undefined || !URL.canParse(mapped, 'http://gateway/models/m%20n/infer')) return;
      const seen = new URL(mapped, 'http://gateway/models/m%20n/infer');
      expect([value, seen.host === '10.0.0.7:8000']).toEqual([value, false]);
      if (seen.host === 'gateway' && value !== '')
        expect([
          value,
          seen.pathname === '/models/m%20n' || seen.pathname.startsWith('/models/m%20n/'),
        ]).toEqual([value, true]);
    }),
    { numRuns: 5_000 },
  );
});
