import { afterEach, describe, expect, it } from '@jest/globals';
import { RouteComparison } from './route-comparison.ts';

const HOURS_MS = 10_000_000;
let comparison: RouteComparison;
afterEach(() => comparison.stop());

/** Each comparison is ended by the test. */
function heldComparisons(everyMs: number) {
  const asked: { answer: () => void; fail: (error: Error) => void }[] = [];
  const waiting: (() => void)[] = [];
  comparison = new RouteComparison(
    () =>
      new Promise<void>((answer, fail) => {
        asked.push({ answer, fail });
        for (const tell of waiting.splice(0)) tell();
      }),
    everyMs,
  );
  const nth = async (n: number): Promise<(typeof asked)[number]> => {
    while (asked.length < n) await new Promise<void>((resolve) => waiting.push(resolve));
    const one = asked[n - 1];
    if (!one) throw new Error('there is none');
    return one;
  };
  return { asked, nth };
}

describe('comparing routes', () => {
  it('says when the first one fails: a process does not start without its routes', async () => {
    const { nth } = heldComparisons(HOURS_MS);
    const started = comparison.start();
    (await nth(1)).fail(new Error('no database'));
    await expect(started).rejects.toThrow('no database');
  });

  it('happens again at once when poked, after the one under way, however often it was poked', async () => {
    const { asked, nth } = heldComparisons(HOURS_MS);
    const started = comparison.start();
    (await nth(1)).answer();
    await started;
    comparison.poke();
    const second = await nth(2);
    comparison.poke();
    comparison.poke();
    expect(asked).toHaveLength(2);
    second.answer();
    (await nth(3)).answer();
    expect(asked).toHaveLength(3);
  });

  it('happens again after a failure, and after one that has no answer; its age is from before the question', async () => {
    const { nth } = heldComparisons(HOURS_MS);
    const started = comparison.start();
    (await nth(1)).answer();
    await started;
    comparison.poke();
    (await nth(2)).fail(new Error('no database'));
    await nth(3); // never answered
    const age = comparison.ageMs;
    (await nth(4)).answer();
    expect(comparison.ageMs).toBeGreaterThan(age);
  });
});
