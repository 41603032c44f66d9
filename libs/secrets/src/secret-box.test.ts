import { randomBytes } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { secretBox } from './index.ts';

const [old, fresh] = [randomBytes(32), randomBytes(32)];
const box = secretBox([fresh, old]);

test('what was sealed opens, and for its purpose only', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string(), (secret, purpose) => {
      const sealed = box.seal(secret, purpose);
      if (secret.length > 3) expect(sealed).not.toContain(secret);
      expect(box.open(sealed, purpose)).toBe(secret);
      expect(() => box.open(sealed, `${purpose}.`)).toThrow(/changed/);
    }),
  );
});

test('a changed byte is noticed, wherever it is', () => {
  const sealed = box.seal('whsec_secret', 'source:x');
  const start = sealed.lastIndexOf('.') + 1;
  for (let i = start; i < sealed.length - 1; i++) {
    const changed = sealed.slice(0, i) + (sealed[i] === 'A' ? 'B' : 'A') + sealed.slice(i + 1);
    expect(() => box.open(changed, 'source:x')).toThrow();
  }
  expect(() => box.open(sealed.slice(0, start + 10), 'source:x')).toThrow(/cut short/);
});

describe('rotation', () => {
  test('an older key still opens, and is not the current one', () => {
    const sealed = secretBox([old]).seal('secret', 'p');
    expect(box.open(sealed, 'p')).toBe('secret');
    expect(box.isCurrent(sealed)).toBe(false);
    expect(box.isCurrent(box.seal('secret', 'p'))).toBe(true);
  });

  test('without the key nothing opens, and the error says which is missing', () => {
    const sealed = box.seal('secret', 'p');
    expect(() => secretBox([old]).open(sealed, 'p')).toThrow(/does not have/);
  });

  test('what was never sealed is read, and is not current', () => {
    expect(box.open('whsec_plain', 'p')).toBe('whsec_plain');
    expect(box.isCurrent('whsec_plain')).toBe(false);
  });
});
