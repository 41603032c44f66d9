import { expect, it } from '@jest/globals';
import { standingOf, type Standing } from './proven-before.ts';

/** How version 2 of the model before stands. */
it.each<[string, { primary: number | null; history: number[]; proven: boolean | null }, Standing]>([
  ['it was never primary', { primary: 1, history: [1], proven: null }, 'never_primary'],
  ['nothing ever was', { primary: null, history: [], proven: null }, 'never_primary'],
  ['its bake has not ended', { primary: 2, history: [1, 2], proven: false }, 'bakes'],
  ['its bake ended well', { primary: 2, history: [1, 2], proven: true }, 'proven'],
  ['a newer version followed it', { primary: 3, history: [1, 2, 3], proven: true }, 'proven'],
  [
    'a newer version followed before its bake had ended',
    { primary: 3, history: [1, 2, 3], proven: false },
    'not_proven',
  ],
  ['the model went back from it after its bake', { primary: 1, history: [1], proven: true }, 'rolled_back'],
  ['the model went back during its bake', { primary: 1, history: [1], proven: false }, 'rolled_back'],
  ['it is primary again, proven this time', { primary: 2, history: [1, 3, 2], proven: true }, 'proven'],
])('%s', (_name, { primary, history, proven }, standing) => {
  const terms = [{ version: 1, proven: true }, ...(proven === null ? [] : [{ version: 2, proven }])];
  expect(standingOf({ primary, primaryHistory: history }, [2], terms)).toEqual([{ version: 2, standing }]);
});
