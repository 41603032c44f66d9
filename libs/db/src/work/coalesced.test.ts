import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { coalesced } from './coalesced.ts';

describe('coalesced', () => {
  it('never gives an answer that is older than its call, and asks no more often than it is called', () =>
    fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.array(fc.record({ key: fc.constantFrom('a', 'b'), gap: fc.nat(3), fails: fc.boolean() }), {
          maxLength: 30,
        }),
        async (scheduler, calls) => {
          let now = 0;
          let asked = 0;
          const ask = coalesced(async (key) => {
            const at = ++now;
            const fails = calls[asked++]?.fails ?? false;
            await scheduler.schedule(Promise.resolve());
            if (fails) throw new Error('failed');
            return { key, at };
          });
          const answers = calls.map(async ({ key, gap }, i) => {
            for (let j = 0; j < gap * i; j++) await Promise.resolve();
            const calledAt = now;
            const answer = await ask(key).catch(() => null);
            if (answer === null) return;
            expect(answer.key).toBe(key);
            expect(answer.at).toBeGreaterThan(calledAt);
          });
          await scheduler.waitFor(Promise.all(answers));
          expect(asked).toBeLessThanOrEqual(calls.length);
        },
      ),
      { numRuns: 200 },
    ));

  it('asks twice for ten at once: for the first, and for all others together', async () => {
    let asked = 0;
    const ask = coalesced(async () => {
      asked++;
      await new Promise((resolve) => setImmediate(resolve));
      return asked;
    });
    await Promise.all(Array.from({ length: 10 }, () => ask('x')));
    expect(asked).toBe(2);
    await ask('x');
    expect(asked).toBe(3);
  });
});
