import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  canonicalJson,
  formatDuration,
  formatPercent,
  parseDuration,
  parsePercent,
  toPointer,
} from './index.ts';

describe('durations', () => {
  it.each([
    ['30s', 30_000],
    ['10m', 600_000],
    ['1.5h', 5_400_000],
    ['250ms', 250],
    ['2d', 172_800_000],
    ['', null],
    ['10', null],
    ['-1s', null],
    ['1e3s', null],
    ['10 minutes', null],
  ])('%s is %s ms', (text, ms) => expect(parseDuration(text)).toBe(ms));

  it('writes them for people', () => {
    expect(formatDuration(90_000)).toBe('1m 30s');
    expect(formatDuration(250)).toBe('250ms');
  });
});

describe('shares', () => {
  it('reads back every basis point it writes', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10_000 }), (bp) => parsePercent(formatPercent(bp)) === bp),
    );
  });
  it.each(['101%', '-1%', '1', '0.001%', '%', 'NaN%'])('refuses %s', (text) =>
    expect(parsePercent(text)).toBeNull(),
  );
});

describe('canonical JSON', () => {
  it('does not depend on the order of keys', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (record) => {
        const reversed = Object.fromEntries(Object.entries(record).reverse());
        expect(canonicalJson(reversed)).toBe(canonicalJson(record));
        expect(JSON.parse(canonicalJson(record))).toEqual(JSON.parse(JSON.stringify(record)));
      }),
    );
  });
  it('refuses what JSON would silently turn into null', () => {
    expect(() => canonicalJson({ a: NaN })).toThrow(TypeError);
  });
});

it('writes JSON pointers with escapes', () => expect(toPointer(['a/b', 0, 'c~d'])).toBe('/a~1b/0/c~0d'));
