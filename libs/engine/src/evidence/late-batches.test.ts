import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { EMPTY_TALLY, sliceAt } from '#libs/stats';
import type { Stores, UnitOfWork } from '../ports/ports.ts';
import type { EvidenceEntry } from '../ports/records.ts';
import { ingestEvidence } from './ingest-evidence.ts';

const SENT = Date.UTC(2026, 10, 29, 15);

/** A database whose clock is right, and that lets a batch wait before each attempt, all of which but the last fail. */
function slowDatabase(waits: readonly number[]) {
  const kept: EvidenceEntry[] = [];
  let now = SENT;
  const stores = {
    now: async () => now,
    evidence: {
      claimBatch: async () => true,
      acknowledge: async () => undefined,
      add: async (entries: readonly EvidenceEntry[]) => {
        kept.push(...entries);
        return { rollouts: [], refused: [] };
      },
    },
    agenda: { wakeWaiting: async () => undefined, wakeForEvidence: async () => undefined },
    outages: { tell: async () => undefined },
  } as unknown as Stores;
  const uow = {
    run: async (work: (stores: Stores) => Promise<unknown>) => {
      let answer: unknown;
      for (const wait of waits) {
        now += wait;
        kept.length = 0;
        answer = await work(stores);
      }
      return answer;
    },
  } as unknown as UnitOfWork;
  return { uow, kept, elapsed: () => now - SENT };
}

it('a batch of a right clock keeps its seconds however long it has waited here, in whichever attempt', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 0, max: 60_000 }), { minLength: 1, maxLength: 4 }),
      fc.integer({ min: -2_000, max: 2_000 }),
      async (waits, off) => {
        const { uow, kept, elapsed } = slowDatabase(waits);
        const blocks = {
          latency: { [sliceAt(SENT + off - 400)]: { '3': 1 }, [sliceAt(SENT + off)]: { '4': 1 } },
        };
        const entry = {
          rolloutId: 'r',
          revision: 1,
          arm: 'candidate' as const,
          tally: { ...EMPTY_TALLY, blocks },
        };
        await ingestEvidence(uow, {
          ...{ gateway: 'g', boot: 'b', sequence: 1, acknowledged: [], entries: [entry] },
          clock: () => SENT + off + elapsed(),
        });
        expect(kept.map(({ tally }) => tally.blocks)).toEqual([blocks]);
      },
    ),
  );
});
