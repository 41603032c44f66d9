import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { redactor } from './redactor.ts';

it('blacks a secret out however it is written', () => {
  const secret = fc.string({ minLength: 4, maxLength: 30, unit: 'grapheme' });
  const around = fc.string({ maxLength: 20, unit: fc.constantFrom('.', ' ', '-') });
  fc.assert(
    fc.property(secret, around, around, (s, before, after) => {
      // Else a part of it may be left by chance.
      fc.pre(!/^[. -]|[. -]$/.test(s));
      for (const form of [s, JSON.stringify(s).slice(1, -1), encodeURIComponent(s)])
        expect(redactor([s])(`${before}${form}${after}`)).toBe(`${before}[redacted]${after}`);
    }),
  );
});

it('takes the longer of two of which one is in the other, and leaves short ones', () => {
  expect(redactor(['secret', 'secretive', 'a'])('a secretive secret')).toBe('a [redacted] [redacted]');
  expect(redactor([])('nothing')).toBe('nothing');
});
