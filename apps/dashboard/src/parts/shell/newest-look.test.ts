import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Looked, newestLook } from './newest-look.ts';

/* Looks overlap, and end in any order, some of them badly. */
it('shows what the newest look has found, in whatever order they end', async () => {
  const looks = fc.array(fc.record({ endsAt: fc.nat(20), isWell: fc.boolean() }), {
    minLength: 1,
    maxLength: 6,
  });
  await fc.assert(
    fc.asyncProperty(looks, async (asked) => {
      let shown: Looked<number> = { seen: null, isLooking: false };
      const look = newestLook<number>((looked) => (shown = looked));
      const ends: { readonly endsAt: number; readonly end: () => void }[] = [];
      const all = asked.map(({ endsAt, isWell }, i) =>
        look(
          () =>
            new Promise<number>((found, failed) => {
              ends.push({ endsAt, end: () => (isWell ? found(i) : failed(new Error('away'))) });
            }),
        ).catch(() => undefined),
      );
      for (const { end } of ends.toSorted((a, b) => a.endsAt - b.endsAt)) {
        end();
        await new Promise(setImmediate);
      }
      await Promise.all(all);
      expect(shown).toEqual({
        seen: asked.at(-1)?.isWell === true ? asked.length - 1 : null,
        isLooking: false,
      });
    }),
  );
});

it('shows nothing of before while it looks', () => {
  const shown: Looked<number>[] = [];
  const look = newestLook<number>((looked) => shown.push(looked));
  void look(() => new Promise(() => undefined));
  expect(shown).toEqual([{ seen: null, isLooking: true }]);
});
