import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addressUnder, shownUrl } from './index.ts';

describe('addressUnder', () => {
  it.each([
    ['http://m', '/infer', 'http://m/infer'],
    ['http://m/', '/infer', 'http://m/infer'],
    ['http://m/a//', '/infer?x=1', 'http://m/a/infer?x=1'],
    ['http://m/a', '', 'http://m/a'],
    ['https://m/score?api-version=1&code=k', '', 'https://m/score?api-version=1&code=k'],
    ['https://m/score/?code=k', '/v1?x=1', 'https://m/score/v1?code=k&x=1'],
    ['https://m?code=k', '/v1?', 'https://m/v1?code=k'],
    ['https://m?code=k#part', '?x=1', 'https://m?code=k&x=1'],
    ['https://m?', '/v1?x=1', 'https://m/v1?x=1'],
  ])('%s and %s: %s', (servingUrl, rest, expected) => {
    expect(addressUnder(servingUrl, rest)).toBe(expected);
  });
});

describe('shownUrl', () => {
  it.each([
    ['http://m/a', 'http://m/a'],
    ['https://m/a?api-version=1&code=k', 'https://m/a?api-version=…&code=…'],
    ['https://m/a?bare', 'https://m/a?…'],
    ['https://m/a?x=1#k', 'https://m/a?x=…'],
    ['https://m/a?c2VjcmV0S2V5QQ==', 'https://m/a?…'],
    ['https://m/a?x=1&c2VjcmV0S2V5QUI=&', 'https://m/a?x=…&…&'],
    ['https://m/a?c2VjcmV0S2V5QUI=1', 'https://m/a?…'],
    ['https://m/a?X-Amz-Signature=ab==&sub2=b&apiKey=c', 'https://m/a?X-Amz-Signature=…&sub2=…&apiKey=…'],
  ])('%s: %s', (url, expected) => {
    expect(shownUrl(url)).toBe(expected);
  });

  it('never shows a value', () => {
    const secret = fc.oneof(
      fc.stringMatching(/^[A-Z]{8,20}$/),
      fc.stringMatching(/^[A-Za-z0-9_-]{12,40}={1,2}$/),
      fc.base64String({ minLength: 12, maxLength: 60 }),
    );
    fc.assert(
      fc.property(
        fc.array(secret, { minLength: 1, maxLength: 5 }),
        fc.array(fc.stringMatching(/^[a-z]{1,5}$/)),
        (values, names) => {
          const query = values.map((value, i) => (names[i] ? `${names[i]}=${value}` : value)).join('&');
          const shown = shownUrl(`https://m/a?${query}`);
          for (const value of values) expect(shown).not.toContain(value);
        },
      ),
    );
  });
});
