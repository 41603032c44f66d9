import { describe, expect, it } from '@jest/globals';
import { assertNoneLost, behind } from './compare-revisions.ts';

const rows = (revisions: Record<string, number>) =>
  Object.entries(revisions).map(([model, revision]) => ({ modelId: `id-${model}`, model, revision }));
const known = (revisions: Record<string, number>) => new Map(Object.entries(revisions));

describe('what the database says of routes that are known', () => {
  it('is read where it is newer, or of a model that was not known', () => {
    const newer = behind(known({ a: 7, b: 3 }), rows({ a: 8, b: 3, c: 1 }));
    expect(newer.map(({ model }) => model)).toEqual(['a', 'c']);
  });

  it.each<[what: string, there: Record<string, number>, says: RegExp]>([
    ['older', { a: 7, b: 4 }, /model "a" this api has revision 8, and the database revision 7/],
    ['nothing', { b: 4 }, /model "a" this api has revision 8, and the database none/],
  ])('is an error where it is %s: a failover has lost it', (_what, there, says) => {
    expect(() => assertNoneLost(known({ a: 8, b: 3 }), rows(there))).toThrow(says);
  });

  it('is well where it is the same, or newer', () => {
    expect(() => assertNoneLost(known({ a: 8, b: 3 }), rows({ a: 8, b: 4, c: 1 }))).not.toThrow();
  });
});
