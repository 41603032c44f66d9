import { describe, expect, it } from '@jest/globals';
import { metricNames, shownColumns, sortVersions } from './metric-columns.ts';

const VERSIONS = [
  { version: 4, metrics: {} },
  { version: 3, metrics: { loss: 0.1, auc: 0.9 } },
  { version: 2, metrics: { loss: 0.3 } },
  { version: 1, metrics: { loss: 0.1 } },
];
const order = (sortedBy: string | null, isAscending: boolean): number[] =>
  sortVersions(VERSIONS, { columns: null, sortedBy, isAscending }).map(({ version }) => version);

it('sorts by a metric of one version that every object seems to have', () => {
  const state = { columns: null, sortedBy: 'constructor', isAscending: true };
  const versions = [
    { version: 3, metrics: {} },
    { version: 2, metrics: JSON.parse('{"constructor":1}') as never },
  ];
  expect(sortVersions(versions, state).map(({ version }) => version)).toEqual([2, 3]);
});

describe('columns of metrics', () => {
  it('names what most versions have first', () => {
    expect(metricNames(VERSIONS)).toEqual(['loss', 'auc']);
  });

  it('shows a few until somebody chooses, and then what was chosen', () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f'];
    const state = { sortedBy: null, isAscending: false };
    expect(shownColumns(names, { ...state, columns: null })).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(shownColumns(names, { ...state, columns: [] })).toEqual([]);
    expect(shownColumns(names, { ...state, columns: ['f', 'gone'] })).toEqual(['f', 'gone']);
  });

  it.each([
    [null, false, [4, 3, 2, 1]],
    [null, true, [1, 2, 3, 4]],
    ['loss', false, [2, 3, 1, 4]],
    ['loss', true, [3, 1, 2, 4]],
    ['auc', true, [3, 4, 2, 1]],
    ['unknown', false, [4, 3, 2, 1]],
    ['constructor', false, [4, 3, 2, 1]],
  ])('sorts by %s, ascending: %s', (by, isAscending, expected) => {
    expect(order(by, isAscending)).toEqual(expected);
  });
});
