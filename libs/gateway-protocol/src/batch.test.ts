import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { EMPTY_TALLY, type Tally } from '#libs/stats';
import {
  type BatchLists,
  countOf,
  EMPTY_LISTS,
  LIST_NAMES,
  readBatch,
  readBatchAnswer,
  splitByBytes,
  splitInHalves,
} from './index.ts';

const id = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const tally = (more: Partial<Tally> = {}): Tally => ({
  ...EMPTY_TALLY,
  requests: 2,
  latency: { count: 2, buckets: { '1': 2 } },
  ...more,
});
const entry = (n: number, more: object = {}) => ({
  rolloutId: id(n),
  revision: 1,
  arm: 'primary' as const,
  tally: tally(),
  ...more,
});
const name = { gateway: 'g', boot: 'b', sequence: 1 };
const read = (body: unknown) => {
  const batch = readBatch(body);
  if ('mistakes' in batch) throw new Error(JSON.stringify(batch.mistakes));
  return batch;
};

/** What a peer, or an older or broken data plane, may put where an entry is expected. */
const poison = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom<unknown>(
    entry(1, { tally: tally({ histograms: { output: { '': 1 } } }) }),
    entry(1, { tally: tally({ histograms: { output: { 'x\0': 1 } } }) }),
    entry(1, { tally: tally({ histograms: { output: { '\ud800': 1 } } }) }),
    entry(1, { tally: tally({ errors: 3 }) }),
    entry(1, { tally: tally({ requests: 1e308 }) }),
    entry(1, { segment: 'g=\0' }),
    entry(1, { arm: 'mirror' }),
    JSON.parse(
      JSON.stringify(entry(1)).replace('"histograms":{}', '"histograms":{"output":{"__proto__":1}}'),
    ),
    JSON.parse('{"__proto__":{"rolloutId":1}}'),
  ),
);

describe('a batch is taken entry by entry', () => {
  it('whatever stands between, every sound entry is taken, and every other one is named', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            poison,
            fc.nat(99).map((n) => entry(n)),
          ),
        ),
        (list) => {
          const { lists, places, refused } = read(JSON.parse(JSON.stringify({ ...name, entries: list })));
          const sound = list.flatMap((one, i) =>
            JSON.stringify(one) ===
            JSON.stringify(
              entry(Number(String((one as { rolloutId?: string } | null)?.rolloutId).slice(-12))),
            )
              ? [i]
              : [],
          );
          for (const i of sound) expect(places.entries).toContain(i);
          const named = refused.map(({ index }) => index);
          expect([...places.entries, ...named].sort((a, b) => Number(a) - Number(b))).toEqual(
            list.map((_one, i) => i),
          );
          expect(lists.entries).toHaveLength(places.entries.length);
          for (const one of refused)
            expect([one.list, one.reason]).toEqual(['entries', expect.stringMatching(/./)]);
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it.each(LIST_NAMES)('a list %s of another type is named, and the rest is taken', (list) => {
    const { refused, lists } = read({
      ...name,
      entries: [entry(1)],
      acknowledged: [{ model: 'm', revision: 1 }],
      [list]: 'x',
    });
    expect(refused).toEqual([
      { list, index: null, model: null, rolloutId: null, pointer: `/${list}`, reason: 'not a list' },
    ]);
    expect(countOf(lists)).toBeGreaterThan(0);
  });

  it('a name that nobody could count by is refused as a whole, and said where', () => {
    for (const [body, pointer] of [
      [{}, '/gateway'],
      [null, ''],
      [{ ...name, sequence: 0.5 }, '/sequence'],
      [{ ...name, boot: 'a\0' }, '/boot'],
    ] as const)
      expect(readBatch(body)).toMatchObject({
        mistakes: expect.arrayContaining([expect.objectContaining({ pointer })]),
      });
  });

  it('names whose an entry is, where it says so in a way that can be shown', () => {
    const { refused } = read({
      ...name,
      trips: [
        { model: 'ranker', rolloutId: id(7), version: 0 },
        { model: 'a\0', rolloutId: 7 },
      ],
    });
    expect(refused).toMatchObject([
      { list: 'trips', index: 0, model: 'ranker', rolloutId: id(7), pointer: '/trips/0/version' },
      { list: 'trips', index: 1, model: null, rolloutId: null },
    ]);
  });
});

describe('splitting', () => {
  const lists = fc
    .record({
      entries: fc.array(
        fc.nat(99).map((n) => entry(n, { segment: 'g='.padEnd(n + 3, 'é') })),
        { maxLength: 20 },
      ),
      trips: fc.array(fc.constant({ model: 'm', rolloutId: id(1), version: 2, failures: 8, of: 10 }), {
        maxLength: 3,
      }),
      served: fc.array(
        fc.string({ minLength: 1, maxLength: 300 }).map((requestId) => ({
          ...{ requestId, model: 'm', rolloutId: id(1), revision: 1, arm: 'primary' as const, segments: [] },
        })),
        { maxLength: 20 },
      ),
    })
    .map((some): BatchLists => ({ ...EMPTY_LISTS, ...some }));
  const joined = (parts: readonly BatchLists[]): BatchLists =>
    Object.fromEntries(
      LIST_NAMES.map((list) => [list, parts.flatMap((part): readonly unknown[] => part[list])]),
    ) as unknown as BatchLists;

  it('by bytes loses nothing, keeps the order, and no part is larger but one of a single entry', () => {
    fc.assert(
      fc.property(lists, fc.integer({ min: 300, max: 3_000 }), (all, most) => {
        const parts = splitByBytes(all, most);
        expect(joined(parts)).toEqual(joined([all]));
        for (const part of parts) {
          const bytes =
            Buffer.byteLength(JSON.stringify(part)) - Buffer.byteLength(JSON.stringify(EMPTY_LISTS));
          expect(countOf(part) === 1 || bytes <= most).toBe(true);
        }
      }),
    );
  });

  it('in halves comes down to every entry by itself', () => {
    fc.assert(
      fc.property(lists, (all) => {
        const waiting = [all];
        const single: BatchLists[] = [];
        for (let next = waiting.pop(); next; next = waiting.pop()) {
          const halves = splitInHalves(next);
          if (halves) waiting.push(halves[1], halves[0]);
          else if (countOf(next) > 0) single.push(next);
        }
        expect(single.every((one) => countOf(one) === 1)).toBe(true);
        expect(joined(single)).toEqual(joined([all]));
      }),
    );
  });
});

describe("the api's answer", () => {
  it.each([
    ['{"counted":true}', { protocol: 0, counted: true, refusedCount: 0, refused: [] }],
    ['{"counted":false,"more":1}', { counted: false }],
    ['<html>', { counted: true, refusedCount: 0 }],
    [
      '{"protocol":9,"counted":true,"refusedCount":2,"refused":[{"list":"spans","index":0},{"list":"entries","index":3,"reason":"x","by":1}]}',
      {
        protocol: 9,
        refusedCount: 2,
        refused: [{ list: 'entries', index: 3, model: null, rolloutId: null, pointer: '', reason: 'x' }],
      },
    ],
  ])('%s', (text, answer) => expect(readBatchAnswer(text)).toMatchObject(answer));
});
