import { GENESIS, hashEvent } from './event-chain.ts';
import { verifyKept } from './verify-kept.ts';
import type { ChainHead, ChainLink, ExportedRange, UnitOfWork } from '../ports/ports.ts';

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
  /** Events that were read here. */
  readonly events: number;
  /** Events that files hold, and the database no more: here it is only read where the chains go on from them (ADR 39). */
  readonly detached: number;
  readonly breaks: readonly ChainBreak[];
  /** The last hash of every chain: keep it elsewhere, and a chain that was made anew is noticed too. */
  readonly heads: readonly { readonly model: string; readonly sequence: number; readonly hash: string }[];
}

const BATCH = 1_000;

/**
 * Computes every hash of the record again, and compares; an event that was altered, dropped (the last ones
 * too) or moved is found. A chain of which the beginning is detached goes on from the hash that was noted then.
 * @param modelId of one model only; `null`: everything
 */
export async function verifyAudit(uow: UnitOfWork, modelId: string | null): Promise<AuditReport> {
  const ends = await uow.read((stores) => stores.events.heads(modelId));
  const breaks: ChainBreak[] = [];
  const heads: { model: string; sequence: number; hash: string }[] = [];
  let [events, detached] = [0, 0];
  for (const end of ends) {
    const found = await verifyWithRanges(uow, end);
    events += found.events;
    detached += found.detached;
    breaks.push(...found.breaks);
    heads.push(found.head);
  }
  return { intact: breaks.length === 0, models: ends.length, events, detached, breaks, heads };
}

/** Again, where a stretch was detached while the chain was read. */
async function verifyWithRanges(uow: UnitOfWork, end: ChainHead) {
  for (;;) {
    const ranges = await uow.read((stores) => stores.events.exported(end.modelId));
    const found = await verifyChain(uow, end, ranges);
    if (found.breaks.length === 0) return found;
    const now = await uow.read((stores) => stores.events.exported(end.modelId));
    if (JSON.stringify(now) === JSON.stringify(ranges)) return found;
  }
}

async function verifyChain(
  uow: UnitOfWork,
  { modelId, model, ...end }: ChainHead,
  ranges: readonly ExportedRange[],
) {
  const breaks: ChainBreak[] = [];
  const broken = (sequence: number, because: string): void => void breaks.push({ model, sequence, because });
  const gone = ranges.filter((range) => range.detached);
  const noted = new Map(ranges.map((range) => [range.last, range]));
  checkRangesFollow(ranges, broken);
  const start = gone.at(-1);
  let previous = start?.hash ?? GENESIS;
  let sequence = start?.last ?? 0;
  const kept = await verifyKept(uow, modelId, gone, broken);
  let events = kept;
  if (sequence > 0 && sequence === end.sequence && previous !== end.hash)
    broken(sequence, 'the hash that was noted when it was exported is not the one where the chain ends');
  for (let done = false; !done;) {
    const links = await uow.read((stores) => stores.events.chain(modelId, sequence, BATCH));
    done = links.length < BATCH;
    for (const link of links) {
      events++;
      if (link.sequence !== sequence + 1)
        broken(link.sequence, `the event after ${sequence} is ${link.sequence}: some are missing`);
      else if (hashOf(previous, link) !== link.hash)
        broken(link.sequence, 'its hash is not the hash of its content and the event before');
      previous = link.hash;
      sequence = link.sequence;
      // It may have grown since its end was asked for.
      if (sequence === end.sequence && link.hash !== end.hash)
        broken(sequence, 'its hash is not the one that was noted when it was written');
      const range = noted.get(sequence);
      if (range && range.hash !== link.hash)
        broken(sequence, `its hash is not the one that was noted when it was exported (${range.number})`);
    }
  }
  if (sequence < end.sequence) broken(sequence, `the last events are missing: there were ${end.sequence}`);
  const detached = gone.reduce((sum, { first, last, kept: left }) => sum + last - first + 1 - left, 0);
  return { events, detached, breaks, head: { model, sequence, hash: previous } };
}

function checkRangesFollow(
  ranges: readonly ExportedRange[],
  broken: (sequence: number, because: string) => void,
): void {
  for (const [i, { first, number }] of ranges.entries())
    if (first !== (ranges[i - 1]?.last ?? 0) + 1)
      broken(first, `export ${number} does not go on where the one before ends`);
}

const hashOf = (previous: string, { hash: _hash, ...event }: ChainLink): string => hashEvent(previous, event);
