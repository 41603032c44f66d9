import { GENESIS, hashEvent } from './event-chain.ts';
import type { ChainLink, Stores, UnitOfWork } from './ports.ts';
import type { ModelRecord } from './records.ts';

/** Where a chain is broken: from this event on nothing is certain. */
export interface ChainBreak {
  readonly model: string;
  readonly sequence: number;
  readonly because: string;
}

/** What verifying the record found. */
export interface AuditReport {
  readonly intact: boolean;
  readonly models: number;
  readonly events: number;
  readonly breaks: readonly ChainBreak[];
  /** The last hash of every chain: keep it elsewhere, and a chain that was made anew is noticed too. */
  readonly heads: readonly { readonly model: string; readonly sequence: number; readonly hash: string }[];
}

const BATCH = 1_000;

/** Computes every hash of the record again, and compares. */
export async function verifyAudit(uow: UnitOfWork, modelNames: readonly string[]): Promise<AuditReport> {
  const breaks: ChainBreak[] = [];
  const heads: { model: string; sequence: number; hash: string }[] = [];
  let events = 0;
  for (const name of modelNames) {
    let previous = GENESIS;
    let sequence = 0;
    for (let done = false; !done;) {
      const links = await uow.run(async (stores) => chainOf(stores, name, sequence));
      done = links.length < BATCH;
      for (const link of links) {
        events++;
        const because =
          link.sequence !== sequence + 1
            ? `the event after ${sequence} is ${link.sequence}: some are missing`
            : hashOf(previous, link) === link.hash
              ? null
              : 'its hash is not the hash of its content and the event before';
        if (because !== null) breaks.push({ model: name, sequence: link.sequence, because });
        previous = link.hash;
        sequence = link.sequence;
      }
    }
    heads.push({ model: name, sequence, hash: previous });
  }
  return { intact: breaks.length === 0, models: modelNames.length, events, breaks, heads };
}

const hashOf = (previous: string, { hash: _hash, ...event }: ChainLink): string => hashEvent(previous, event);

async function chainOf(stores: Stores, name: string, after: number): Promise<readonly ChainLink[]> {
  const model: ModelRecord | null = await stores.models.find(name);
  return model === null ? [] : stores.events.chain(model.id, after, BATCH);
}
