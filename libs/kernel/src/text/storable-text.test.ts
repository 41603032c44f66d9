import { Buffer } from 'node:buffer';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isStorableText, storableName, storableText, unstorableIn, utf8Length } from './storable-text.ts';

/** Any UTF-16 units, halves of pairs and NUL among them: more often than chance would have it. */
const anyText = fc
  .array(
    fc.oneof(
      fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)),
      fc.constantFrom('\0', '\ud83d', '\ude00', '😀', '__proto__', 'constructor', '', 'a'),
    ),
    { maxLength: 40 },
  )
  .map((parts) => parts.join(''));
const most = fc.integer({ min: 0, max: 30 });

describe('any text, made storable', () => {
  it('is storable, short, as it was where it could be, and the same again', () => {
    fc.assert(
      fc.property(anyText, most, (text, n) => {
        const stored = storableText(text, n);
        expect(isStorableText(stored)).toBe(true);
        expect(stored.length).toBeLessThanOrEqual(n);
        // UTF-8 gives back what it got: no reader sees anything else.
        expect(Buffer.from(stored, 'utf8').toString('utf8')).toBe(stored);
        expect(storableText(stored, n)).toBe(stored);
        if (isStorableText(text) && text.length <= n) expect(stored).toBe(text);
      }),
      { numRuns: 2_000 },
    );
  });

  it('is cut between characters, as an emoji at the 60th place', () => {
    expect(storableText(`${'x'.repeat(59)}😀`, 60)).toBe('x'.repeat(59));
    expect(storableText(`${'x'.repeat(58)}😀y`, 60)).toBe(`${'x'.repeat(58)}😀`);
  });

  it.each([
    ['', '(empty)'],
    ['__proto__', '(__proto__)'],
    ['constructor', 'constructor'],
    ['\0', '\uFFFD'],
    ['a\ud800b', 'a\uFFFDb'],
  ])('%j as a name is %j', (text, name) => expect(storableName(text, 60)).toBe(name));

  it('as a key is one that JSON gives back as an own property', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const name = storableName(text, 60);
        const read = JSON.parse(JSON.stringify(Object.fromEntries([[name, 1]]))) as object;
        expect(Object.entries(read)).toEqual([[name, 1]]);
        expect(unstorableIn(read)).toBeNull();
      }),
      { numRuns: 2_000 },
    );
  });

  it('has the length in UTF-8 that Node finds', () => {
    fc.assert(fc.property(anyText, (text) => expect(utf8Length(text)).toBe(Buffer.byteLength(text))));
  });
});

describe('documents', () => {
  it.each<[unknown, string | null]>([
    [{ a: ['x\0'] }, '/a/0'],
    [{ b: { 'a\ud800': 1 } }, '/b'],
    [JSON.parse('{"a":{"__proto__":1}}'), '/a/__proto__'],
    [{ constructor: { prototype: 1 } }, null],
    [[1, null, true, 'é😀'], null],
  ])('%j: first mistake at %j', (value, pointer) =>
    expect(unstorableIn(value)?.pointer ?? null).toBe(pointer),
  );

  it('that are nested too deep are refused, however deep', () => {
    let deep: unknown = 1;
    for (let i = 0; i < 100_000; i++) deep = [deep];
    expect(unstorableIn(deep)?.detail).toBe('nested deeper than 64');
  });
});
