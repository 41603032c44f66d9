import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Payload, readGeneration } from '#libs/traffic';
import { Hold, MemoryBudget } from '../process/memory-budget.ts';
import { KeptEnds, type Parts } from './kept-ends.ts';

const holdOf = (most: number) => {
  const budget = new MemoryBudget(most);
  return { budget, hold: new Hold(budget, budget.shareOf('m')) };
};
/** Gives `text` in pieces of the sizes in turn. */
function keep(parts: Parts, text: string, sizes: readonly number[], bytes = 256): Buffer | null {
  const ends = new KeptEnds(parts, bytes, holdOf(1e6).hold);
  const all = Buffer.from(text);
  for (let at = 0, i = 0; at < all.length; i++) {
    const size = sizes[i % sizes.length] ?? 1;
    ends.add(Buffer.from(all.subarray(at, at + size)));
    at += size;
  }
  return ends.read();
}
const sizes = fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 5 });

it('keeps the whole of what fits, in pieces of any size', () => {
  fc.assert(
    fc.property(
      fc.string({ maxLength: 500 }),
      sizes,
      fc.constantFrom<Parts>(null, 'event', 'line'),
      (text, by, parts) => {
        const ascii = text.replaceAll(/[^ -~\n]/g, '.');
        expect(keep(parts, ascii, by)?.toString()).toBe(ascii);
      },
    ),
  );
});

it.each<[string, Parts, string, string, string]>([
  ['events by LF', 'event', 'text/event-stream', 'data: ', '\n\n'],
  ['events by CRLF', 'event', 'text/event-stream', 'data: ', '\r\n\r\n'],
  ['events by CR', 'event', 'text/event-stream', 'data: ', '\r\r'],
  ['lines', 'line', 'application/x-ndjson', '', '\n'],
])(
  'of a long stream the first and the last say what all of it says: %s',
  (_name, parts, type, before, end) => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 300 }),
        fc.integer({ min: 1, max: 90 }),
        sizes,
        (many, long, by) => {
          const said = [
            { type: 'message_start', message: { model: 'claude', usage: { input_tokens: 3 } } },
            ...Array.from({ length: many }, () => ({ delta: { text: 'ü'.repeat(long) } })),
            { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 9 } },
          ];
          const text = said.map((one) => `${before}${JSON.stringify(one)}${end}`).join('');
          const read = keep(parts, text, by);
          expect(read?.length).toBeLessThanOrEqual(512);
          const found = readGeneration(new Payload(read ?? '', ['content-type', type]).value);
          expect(found).toMatchObject({
            ...{ model: 'claude', finishReasons: ['end_turn'] },
            usage: { inputTokens: 3, outputTokens: 9 },
          });
        },
      ),
    );
  },
);

it('keeps nothing of an answer without parts that is too long, nor where there is no memory, and gives back what it held', () => {
  expect(keep(null, 'x'.repeat(513), [100])).toBeNull();
  const { budget, hold } = holdOf(400);
  const ends = new KeptEnds('event', 256, hold);
  for (let i = 0; i < 50; i++) ends.add(Buffer.from('x'.repeat(20)));
  expect([ends.read(), budget.usedInAll]).toEqual([null, 0]);
});
