import { describe, expect, it } from '@jest/globals';
// @ts-expect-error plain JavaScript: it runs before anything is installed
import { closingLines, forSecondAttempt } from './test-attempts.mjs';

const file = (path: string, passed: number, failures: string[] = [], skipped = 0) => ({
  ...{ path, passed, skipped, failures },
  failed: failures.length,
});

describe('a second attempt', () => {
  it('is made of whole files of processes, since the tests of one may build on each other', () => {
    expect(forSecondAttempt([file('test/e2e/a.test.ts', 3, ['x', 'y']), file('libs/b.test.ts', 9)])).toEqual([
      'test/e2e/a.test.ts',
    ]);
  });

  it('is not made when a pure test has failed, nor when many have, nor when none has', () => {
    const process = file('test/e2e/a.test.ts', 3, ['x']);
    expect(forSecondAttempt([process, file('libs/b.test.ts', 9, ['z'])])).toEqual([]);
    expect(forSecondAttempt([process, file('test/model/c.test.ts', 9, ['z'])])).toEqual([]);
    expect(
      forSecondAttempt(Array.from({ length: 7 }, (_, i) => file(`test/e2e/${i}.test.ts`, 1, ['x']))),
    ).toEqual([]);
    expect(forSecondAttempt([file('test/e2e/a.test.ts', 3)])).toEqual([]);
    // With --bail the files after it were never run.
    expect(forSecondAttempt([process], false)).toEqual([]);
  });

  it('counts each test once, and names what the first attempt failed', () => {
    const first = [
      file('test/e2e/a.test.ts', 3, ['x', 'y'], 1),
      file('test/e2e/c.test.ts', 0, ['(the file could not be run)']),
      file('libs/b.test.ts', 9),
    ];
    const second = [file('test/e2e/a.test.ts', 5, [], 1), file('test/e2e/c.test.ts', 1, ['w'])];
    expect(closingLines(first, second)).toBe(
      [
        '2 passed at the second attempt only',
        '  test/e2e/a.test.ts: x',
        '  test/e2e/a.test.ts: y',
        '15 passed, 1 failed, 1 skipped',
        '',
      ].join('\n'),
    );
  });

  it('of a file that did not run to its end leaves what the first attempt said', () => {
    expect(closingLines([file('test/e2e/a.test.ts', 3, ['x'])], [])).toBe(
      '0 passed at the second attempt only\n3 passed, 1 failed, 0 skipped\n',
    );
  });
});
