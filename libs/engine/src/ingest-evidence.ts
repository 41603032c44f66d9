import type { SampleRecord, ServedRequest } from './feedback-records.ts';
import type { TextPairRecord } from './pairwise-judge/records.ts';
import type { UnitOfWork } from './ports.ts';
import type { EvidenceBatch, EvidenceEntry, Refused } from './records.ts';

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
 * Counts a gateway's batch exactly once, entry by entry, notes which routes it serves by, and wakes the
 * rollouts that got evidence: one transaction. A repeat is acknowledged and ignored.
 */
export async function ingestEvidence(uow: UnitOfWork, batch: EvidenceBatch): Promise<Ingested> {
  return uow.run(async (stores) => {
    const counted = await stores.evidence.claimBatch(batch);
    await stores.evidence.acknowledge(batch.gateway, batch.acknowledged);
    await stores.agenda.wakeWaiting(batch.acknowledged.map((route) => route.model));
    if (!counted) return { counted, refused: NOTHING_REFUSED };
    const { served = [], samples = [], textPairs = [] } = batch;
    const refused = {
      served: served.length === 0 ? [] : await stores.feedback.noteServed(served),
      samples: samples.length === 0 ? [] : await stores.samples.keep(samples),
      textPairs: textPairs.length === 0 ? [] : await stores.textPairs.keep(textPairs),
    };
    const added = await stores.evidence.add(batch.entries);
    await stores.agenda.wakeForEvidence(added.rollouts);
    return { counted, refused: { ...refused, entries: added.refused } };
  });
}
