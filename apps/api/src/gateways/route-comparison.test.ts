import { afterEach, describe, expect, it } from '@jest/globals';
import { RouteComparison } from './route-comparison.ts';

const HOURS_MS = 10_000_000;
let comparison: RouteComparison;
afterEach(() => comparison.stop());

/** Each comparison is ended by the test. */
function heldComparisons(everyMs: number, answerMs?: number) {
  const asked: { answer: () => void; fail: (error: Error) => void }[] = [];
  const waiting: (() => void)[] = [];
  comparison = new RouteComparison(
    () =>
      new Promise<void>((answer, fail) => {
        asked.push({ answer, fail });
        for (const tell of waiting.splice(0)) tell();
      }),
    everyMs,
    answerMs,
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

  it('happens again after a failure; its age is from before the question', async () => {
    const { nth } = heldComparisons(HOURS_MS);
    const started = comparison.start();
    (await nth(1)).answer();
    await started;
    comparison.poke();
    (await nth(2)).fail(new Error('no database'));
    const third = await nth(3);
    expect(comparison.failure).toBe('no database');
    const age = comparison.ageMs;
    third.answer();
    expect(comparison.ageMs).toBeGreaterThan(age);
  });

  it('is not begun beside the first one, however often it is poked', async () => {
    const { asked, nth } = heldComparisons(HOURS_MS);
    const started = comparison.start();
    const first = await nth(1);
    comparison.poke();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(asked).toHaveLength(1);
    first.answer();
    await started;
    (await nth(2)).answer();
  });

  it('that was given up is waited for, but where there are new connections', async () => {
    const { asked, nth } = heldComparisons(HOURS_MS, 1);
    const started = comparison.start();
    (await nth(1)).answer();
    await started;
    comparison.poke();
    const second = await nth(2);
    while (comparison.failure === null) await new Promise((resolve) => setTimeout(resolve, 1));
    comparison.poke();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(asked).toHaveLength(2);
    second.answer(); // late, and true all the same
    await nth(3);
    comparison.renew();
    await nth(4);
    expect(asked).toHaveLength(4);
  });
});
