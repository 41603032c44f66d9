import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { canonical } from './field-names.ts';
import { KnownNames } from './known-names.ts';

it('known names: the same is found however many there were before, and what is long is not kept', () => {
  let asked = 0;
  const names = new KnownNames((name) => {
    asked++;
    return canonical(name);
  });
  for (let i = 0; i < 5_000; i++) expect(names.of(`X_Made-Up-${i}`)).toBe(`x-made-up-${i}`);
  const name = fc.oneof(
    fc.nat(4_999).map((i) => `X_Made-Up-${i}`),
    fc.string({ unit: 'binary-ascii' }),
  );
  fc.assert(fc.property(name, (one) => expect(names.of(one)).toBe(canonical(one))));
  names.of('Content-Type');
  asked = 0;
  names.of('Content-Type');
  expect(asked).toBe(0);
  for (let i = 0; i < 2; i++) names.of('a'.repeat(65));
  expect(asked).toBe(2);
});
