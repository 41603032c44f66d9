import type { Instant } from '#libs/kernel';
import { blocksAtOnce, byClock, clockOf } from '#libs/stats';
import type { SampleRecord, ServedRequest } from '../ports/feedback-records.ts';
import type { TextPairRecord } from '../pairwise-judge/records.ts';
import type { Stores, UnitOfWork } from '../ports/ports.ts';
import type { BatchClaim } from '../ports/stores/evidence-store.ts';
import type { EvidenceBatch, EvidenceEntry, Refused } from '../ports/records.ts';

/** What became of a batch. */
export interface Ingested {
  /** Whether it was counted now; `false`: it is a repeat. */
  readonly counted: boolean;
  /** What could not be stored; everything else of the batch was. */
  readonly refused: {
    readonly entries: readonly Refused<EvidenceEntry>[];
    readonly served: readonly Refused<ServedRequest>[];
    readonly samples: readonly Refused<SampleRecord>[];
    readonly textPairs: readonly Refused<TextPairRecord>[];
  };
}

const NOTHING_REFUSED: Ingested['refused'] = { entries: [], served: [], samples: [], textPairs: [] };

/**
 * Counts a gateway's batch exactly once, entry by entry, notes which routes it serves by and which primaries answer nobody, and wakes the
 * rollouts that got evidence: one transaction. A repeat is acknowledged and ignored.
 */
export async function ingestEvidence(uow: UnitOfWork, batch: EvidenceBatch & BatchClaim): Promise<Ingested> {
  return uow.run(async (stores) => {
    // Before anything that it may have to wait for: by it the sender's clock is told from the database's.
    const now = await stores.now();
    const shown = batch.clock?.();
    const counted = await stores.evidence.claimBatch(batch);
    await stores.evidence.acknowledge(batch.gateway, batch.acknowledged);
    await stores.agenda.wakeWaiting(batch.acknowledged.map((route) => route.model));
    if (!counted) return { counted, refused: NOTHING_REFUSED };
    const { served = [], samples = [], textPairs = [], primaries = [] } = batch;
    await stores.outages.tell(batch.gateway, primaries);
    const refused = {
      served: served.length === 0 ? [] : await stores.feedback.noteServed(served),
      samples: samples.length === 0 ? [] : await stores.samples.keep(samples),
      textPairs: textPairs.length === 0 ? [] : await keepPairs(stores, textPairs),
    };
    const tallies = batch.entries.map(({ tally }) => tally);
    const clock = clockOf(shown, tallies, now);
    const inOurTime = batch.entries.map((entry) => ({ ...entry, tally: byClock(entry.tally, clock, now) }));
    const added = await stores.evidence.add(inOurTime.map((entry) => withMoment(entry, now)));
    await stores.agenda.wakeForEvidence(added.rollouts);
    return { counted, refused: { ...refused, entries: added.refused } };
  });
}

/** For the judge and for the embeddings: each keeps those that a gate of the rollout asks it about. */
async function keepPairs(
  { textPairs, embeddingPairs }: Stores,
  pairs: readonly TextPairRecord[],
): Promise<readonly Refused<TextPairRecord>[]> {
  const refused = [...(await textPairs.keep(pairs)), ...(await embeddingPairs.keep(pairs))];
  return [...new Map(refused.map((one) => [one.entry, one])).values()];
}

/**
 * Older data planes do not say when requests came. A batch has those of half a second or so, so they count as those of the second in which it arrives:
 * what goes together in time is then known, and a pause of one arm is not taken for so many slow requests by themselves. Slices are of everybody's requests.
 */
function withMoment(entry: EvidenceEntry, now: Instant): EvidenceEntry {
  const { segment, tally } = entry;
  if (segment !== undefined || tally.blocks !== undefined) return entry;
  const blocks = blocksAtOnce(tally, now);
  return Object.keys(blocks).length === 0 ? entry : { ...entry, tally: { ...tally, blocks } };
}
