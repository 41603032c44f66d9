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
  const terms = proven === null ? [] : [{ version: 2, proven, refutedBy: null }];
  expect(standingOf({ primary, primaryHistory: history }, [{ version: 2, isDeleted: false }], terms)).toEqual(
    { version: 2, standing },
  );
});

/** The same artifact is version 2 and version 5, and version 2 is proven. */
it.each<[string, { isDeleted: boolean[]; history: number[]; five: boolean | null }, number, Standing]>([
  [
    'the later one was never primary',
    { isDeleted: [false, false], history: [1, 2], five: null },
    2,
    'proven',
  ],
  [
    'the model went back from the later one',
    { isDeleted: [false, false], history: [1, 2, 3], five: true },
    5,
    'rolled_back',
  ],
  [
    'and the later one was deleted since',
    { isDeleted: [false, true], history: [1, 2, 3], five: false },
    5,
    'rolled_back',
  ],
  ['the later one bakes', { isDeleted: [false, false], history: [2, 3, 5], five: false }, 5, 'bakes'],
  [
    'the later one is proven and deleted',
    { isDeleted: [false, true], history: [2, 5, 3], five: true },
    5,
    'proven',
  ],
  ['both were deleted', { isDeleted: [true, true], history: [2, 5, 3], five: true }, 5, 'deleted'],
])('of two versions with one artifact, %s', (_name, { isDeleted, history, five }, version, standing) => {
  const versions = [2, 5].map((of, at) => ({ version: of, isDeleted: isDeleted[at] ?? false }));
  const terms = [
    ...(five === null ? [] : [{ version: 5, proven: five, refutedBy: null }]),
    { version: 2, proven: true, refutedBy: null },
  ];
  const model = { primary: history.at(-1) ?? null, primaryHistory: history };
  expect(standingOf(model, versions, terms)).toEqual({ version, standing });
});

/** Harm was found in version 5, which has the artifact of version 2, since that was proven. */
it.each<[string, { newest: number; primary: number; proven: boolean }, number, Standing]>([
  ['version 2 serves on', { newest: 2, primary: 2, proven: true }, 5, 'rolled_back'],
  ['another one follows', { newest: 2, primary: 6, proven: true }, 5, 'rolled_back'],
  ['the same artifact bakes again as version 7', { newest: 7, primary: 7, proven: false }, 7, 'bakes'],
])('harm takes a proof away: %s', (_name, { newest, primary, proven }, version, standing) => {
  const model = { primary, primaryHistory: [...new Set([2, newest, primary])] };
  const versions = [2, 5, 7].map((of) => ({ version: of, isDeleted: false }));
  expect(standingOf(model, versions, [{ version: newest, proven, refutedBy: 5 }])).toEqual({
    version,
    standing,
  });
});
