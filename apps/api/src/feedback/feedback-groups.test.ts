import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Feedback, FeedbackReport } from '#libs/engine';
import { FeedbackGroups } from './feedback-groups.ts';

const item = (metric: string): Feedback => ({
  ...{ model: 'm', metric, value: 1, at: null, id: null },
  by: { kind: 'unit', unit: 'u' },
});
const reportOf = (batch: readonly Feedback[]): FeedbackReport => ({
  ...{ counted: batch.length, repeated: 0, unattributed: 0, refused: [] },
});
const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('feedback that comes at once', () => {
  it('is taken in a few transactions, in order, each batch once, and each caller hears of its own', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({ items: fc.integer({ min: 1, max: 600 }), pause: fc.boolean(), bad: fc.boolean() }),
          {
            minLength: 1,
            maxLength: 30,
          },
        ),
        async (calls) => {
          const taken: string[] = [];
          let running = 0;
          const groups = new FeedbackGroups(async (batches) => {
            expect(++running).toBe(1);
            await nextTurn();
            running--;
            if (batches.length > 1) expect(batches.flat().length).toBeLessThanOrEqual(1_000);
            if (batches.flat().some(({ metric }) => metric.startsWith('bad'))) throw new Error('refused');
            for (const batch of batches) taken.push(batch[0]?.metric ?? '');
            return batches.map(reportOf);
          });
          const answers = await Promise.all(
            calls.map(async ({ items, pause, bad }, i) => {
              if (pause) await nextTurn();
              const batch = Array<Feedback>(items).fill(item(`${bad ? 'bad' : 'good'}-${i}`));
              return groups.take(batch).then(
                (report) => report.counted,
                () => 'refused',
              );
            }),
          );
          expect(answers).toEqual(calls.map(({ items, bad }) => (bad ? 'refused' : items)));
          const good = calls.flatMap(({ bad }, i) => (bad ? [] : [`good-${i}`]));
          expect(taken.toSorted()).toEqual(good.toSorted());
        },
      ),
    );
  });

  it('while one transaction runs, all that wait are taken by the next', async () => {
    const sizes: number[] = [];
    const groups = new FeedbackGroups(async (batches) => {
      sizes.push(batches.length);
      await nextTurn();
      return batches.map(reportOf);
    });
    await Promise.all(Array.from({ length: 100 }, (_, i) => groups.take([item(String(i))])));
    expect(sizes).toEqual([1, 99]);
  });
});
