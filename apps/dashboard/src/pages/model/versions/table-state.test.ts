import { describe, expect, it } from '@jest/globals';
import { sortedByClick, tableStateOf, withTableState } from './table-state.ts';

describe('the state of the table of versions', () => {
  it.each([
    ['', { columns: null, sortedBy: null, isAscending: false }],
    ['metric=', { columns: [], sortedBy: null, isAscending: false }],
    [
      'metric=a%2Cb&metric=-c&sort=metric%3A-c&order=ascending',
      { columns: ['a,b', '-c'], sortedBy: '-c', isAscending: true },
    ],
    // A metric may be called as anything is.
    ['sort=metric%3Aversion', { columns: null, sortedBy: 'version', isAscending: false }],
  ])('is in the address: %s', (text, state) => {
    expect(tableStateOf(new URLSearchParams(text))).toEqual(state);
    expect(withTableState(new URLSearchParams('metric=old&sort=metric:old'), state).toString()).toBe(text);
  });

  it.each(['sort=metric:', 'sort=colour', 'order=sideways', 'metric=&metric='])(
    'is the usual one where the address says what it does not know: %s',
    (text) => {
      const state = tableStateOf(new URLSearchParams(text));
      expect([state.sortedBy, state.isAscending]).toEqual([null, false]);
    },
  );

  it('leaves the rest of the address as it is, and names a column once', () => {
    const search = new URLSearchParams('view=x&metric=a&metric=a');
    expect(withTableState(search, tableStateOf(search)).toString()).toBe('view=x&metric=a');
  });

  it('is turned round by a second click on the same heading', () => {
    const first = sortedByClick(tableStateOf(new URLSearchParams()), 'loss');
    expect(first).toMatchObject({ sortedBy: 'loss', isAscending: false });
    expect(sortedByClick(first, 'loss')).toMatchObject({ sortedBy: 'loss', isAscending: true });
    expect(sortedByClick(first, 'accuracy')).toMatchObject({ sortedBy: 'accuracy', isAscending: false });
    expect(sortedByClick(sortedByClick(first, 'loss'), null)).toMatchObject({
      sortedBy: null,
      isAscending: false,
    });
  });
});
