import { GENESIS, hashEvent } from './event-chain.ts';
import type { ChainHead, ChainLink, UnitOfWork } from '../ports/ports.ts';

/** Where a chain is broken: from this event on nothing is certain. */
export interface ChainBreak {
  /** Empty: the installation's own chain. */
  readonly model: string;
  readonly sequence: number;
  readonly because: string;
}

/** What verifying the record found. */
export interface AuditReport {
  readonly intact: boolean;
  /** Chains: one of each model, deleted ones too, and the installation's own. */
  readonly models: number;
  readonly events: number;
  readonly breaks: readonly ChainBreak[];
  /** The last hash of every chain: keep it elsewhere, and a chain that was made anew is noticed too. */
  readonly heads: readonly { readonly model: string; readonly sequence: number; readonly hash: string }[];
}

const BATCH = 1_000;

/**
 * Computes every hash of the record again, and compares; an event that was altered, dropped (the last ones
 * too) or moved is found.
 * @param modelId of one model only; `null`: everything
 */
export async function verifyAudit(uow: UnitOfWork, modelId: string | null): Promise<AuditReport> {
  const ends = await uow.read((stores) => stores.events.heads(modelId));
  const breaks: ChainBreak[] = [];
  const heads: { model: string; sequence: number; hash: string }[] = [];
  let events = 0;
  for (const end of ends) {
    const found = await verifyChain(uow, end);
    events += found.events;
    breaks.push(...found.breaks);
    heads.push(found.head);
  }
  return { intact: breaks.length === 0, models: ends.length, events, breaks, heads };
}

async function verifyChain(uow: UnitOfWork, { modelId, model, ...end }: ChainHead) {
  const breaks: ChainBreak[] = [];
  let previous = GENESIS;
  let sequence = 0;
  let events = 0;
  for (let done = false; !done;) {
    const links = await uow.read((stores) => stores.events.chain(modelId, sequence, BATCH));
    done = links.length < BATCH;
    for (const link of links) {
      events++;
      const because =
        link.sequence !== sequence + 1
          ? `the event after ${sequence} is ${link.sequence}: some are missing`
          : hashOf(previous, link) === link.hash
            ? null
            : 'its hash is not the hash of its content and the event before';
      if (because !== null) breaks.push({ model, sequence: link.sequence, because });
      previous = link.hash;
      sequence = link.sequence;
      // It may have grown since its end was asked for.
      if (sequence === end.sequence && link.hash !== end.hash)
        breaks.push({
          model,
          sequence,
          because: 'its hash is not the one that was noted when it was written',
        });
    }
  }
  if (sequence < end.sequence)
    breaks.push({ model, sequence, because: `the last events are missing: there were ${end.sequence}` });
  return { events, breaks, head: { model, sequence, hash: previous } };
}

const hashOf = (previous: string, { hash: _hash, ...event }: ChainLink): string => hashEvent(previous, event);
