import { expect, test } from '@jest/globals';
import reference from 'canonicalize';
import fc from 'fast-check';
import { canonicalJson } from './canonical-json.ts';

// Its types say that the module is what its default export is.
const canonicalize = reference as unknown as (value: unknown) => string;

test('the example of RFC 8785, section 3.2.2', () => {
  const input = {
    numbers: [Number('333333333.33333329'), 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
    string: "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\u0022/",
    literals: [null, true, false],
  };
  expect(canonicalJson(input)).toBe(
    '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
  );
});

test('keys are sorted by UTF-16 code units, as section 3.2.3 has it', () => {
  const names = ['\u20ac', '\r', '\ufb33', '1', '\ud83d\ude00', '\u0080', '\u00f6'];
  expect(
    Object.keys(JSON.parse(canonicalJson(Object.fromEntries(names.map((n) => [n, 0])))) as object),
  ).toEqual(
    // JavaScript puts names that are whole numbers first; so does the order here.
    ['1', '\r', '\u0080', '\u00f6', '\u20ac', '\ud83d\ude00', '\ufb33'],
  );
});

test("any JSON has the text that the RFC's own implementation gives it", () => {
  fc.assert(
    fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
      expect(canonicalJson(value)).toBe(canonicalize(value));
    }),
  );
});
