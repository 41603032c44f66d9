import { describe, expect, it, test } from '@jest/globals';
import fc from 'fast-check';
import { basePathOf, isOwnPath, withoutBasePath } from './base-path.ts';

test.each([
  ['https://ml.example', ''],
  ['https://ml.example/', ''],
  ['https://ml.example/understudy', '/understudy'],
  ['https://ml.example/understudy///', '/understudy'],
  ['https://ml.example:8443/a/b%20c/', '/a/b%20c'],
])('%s has the path "%s"', (url, base) => expect(basePathOf(url)).toBe(base));

test.each([
  ['/understudy', '/'],
  ['/understudy/', '/'],
  ['/understudy?x=1', '/?x=1'],
  ['/understudy/api/v1/models?x=/understudy', '/api/v1/models?x=/understudy'],
  ['/understudy2/api', '/understudy2/api'],
  ['/api/v1/models', '/api/v1/models'],
  ['/', '/'],
])('%s is %s', (url, asked) => expect(withoutBasePath(url, '/understudy')).toBe(asked));

test.each([
  ['/models', true],
  ['/api/understudy', true],
  ['/understudy/api', false],
  ['', false],
])('"%s" is our own: %s', (base, isOurs) => expect(isOwnPath(base)).toBe(isOurs));

describe('for any public path that is not our own', () => {
  const segment = fc.stringMatching(/^[A-Za-z0-9._~%-]{1,8}$/);
  const base = fc
    .array(segment, { minLength: 1, maxLength: 3 })
    .map((segments) => `/${segments.join('/')}`)
    .filter((path) => !isOwnPath(path));
  const ours = fc
    .tuple(fc.constantFrom('/api/v1', '/models', '/assets', '/login'), fc.array(segment, { maxLength: 3 }))
    .map(([root, rest]) => [root, ...rest].join('/'));
  it('a path of ours is the same with it and without it', () => {
    fc.assert(
      fc.property(base, ours, fc.constantFrom('', '?a=b', '?a=/models'), (path, asked, query) => {
        expect(withoutBasePath(asked + query, path)).toBe(asked + query);
        expect(withoutBasePath(path + asked + query, path)).toBe(asked + query);
      }),
    );
  });
});
