import { GENESIS, keptDigest } from './event-chain.ts';
import { KEPT_EVENTS } from './kept-events.ts';
import type { ExportedRange, UnitOfWork } from '../ports/ports.ts';

const BATCH = 1_000;

/**
 * Compares what is left of detached stretches with what was noted of it: how many events, and their digest. That they are those of the
 * files is seen with the files only.
 * @param gone the detached stretches of one chain, in order
 * @returns how many events were read
 */
export async function verifyKept(
  uow: UnitOfWork,
  modelId: string,
  gone: readonly ExportedRange[],
  broken: (sequence: number, because: string) => void,
): Promise<number> {
  const end = gone.at(-1)?.last ?? 0;
  const left = gone.map((range) => ({ range, kept: 0, digest: GENESIS }));
  let [events, sequence, at] = [0, 0, 0];
  for (let done = end === 0; !done;) {
    const links = await uow.read((stores) => stores.events.chain(modelId, sequence, BATCH));
    done = links.length < BATCH;
    for (const link of links) {
      sequence = link.sequence;
      if (sequence > end) {
        done = true;
        break;
      }
      events++;
      while ((left[at]?.range.last ?? sequence) < sequence) at++;
      const here = left[at];
      if (!here) continue;
      if (KEPT_EVENTS.includes(link.type)) {
        here.kept++;
        here.digest = keptDigest(here.digest, link);
      } else if (here.range.whole) {
        broken(sequence, 'it was detached, and is here again');
      }
    }
  }
  for (const { range, kept, digest } of left)
    if (kept !== range.kept || digest !== range.keptDigest)
      broken(
        range.first,
        `of the detached events ${range.first} to ${range.last} (export ${range.number}) ${range.kept} were left; these are not what is there now`,
      );
  return events;
}
