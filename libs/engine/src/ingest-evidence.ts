import type { UnitOfWork } from './ports.ts';
import type { EvidenceBatch } from './records.ts';

/**
 * Counts a gateway's batch exactly once, notes which routes it serves by, and wakes the rollouts
 * that got evidence: one transaction. A repeat is acknowledged and ignored.
 * @returns whether the batch was counted now
 */
export async function ingestEvidence(uow: UnitOfWork, batch: EvidenceBatch): Promise<boolean> {
  return uow.run(async (stores) => {
    const counted = await stores.evidence.claimBatch(batch);
    await stores.evidence.acknowledge(batch.gateway, batch.acknowledged);
    await stores.agenda.wakeWaiting(batch.acknowledged.map((route) => route.model));
    if (!counted) return false;
    if (batch.served && batch.served.length > 0) await stores.feedback.noteServed(batch.served);
    if (batch.samples && batch.samples.length > 0) await stores.samples.keep(batch.samples);
    await stores.agenda.wakeForEvidence(await stores.evidence.add(batch.entries));
    return true;
  });
}
