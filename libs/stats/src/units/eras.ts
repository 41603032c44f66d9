import type { Tally } from '../tally.ts';
import { bornAt, ERA, erasEarlier, renamed, SLICE_SECONDS, sliceEndSeconds, sliceOf } from './blocks.ts';

/*
 * Slices of time are named by clocks, and clocks are set. Slices grow with their age, so one that lies in the future would make all that comes after it part
 * of slices of hours, and its harm would be seen hours later. So what was not counted by the present clock is kept in an era of its own (`ERA`, two years
 * earlier): the same slices of both arms, as long after each other as before, whenever they are taken there. Slices are renamed, never split.
 */

/** Clocks differ by no more, in ms: what is less is as it says. */
const MOST_APART_MS = 60_000;
/** Eras before the present one for clocks that are ahead of the database's, and for those that are behind. */
const [OF_CLOCKS_AHEAD, OF_CLOCKS_BEHIND] = [1, 2];

/**
 * A tally whose slices lie in the future, or could not have grown as long as they are by now, has them in the era before: a clock that was ahead has
 * named them (the sender's, or the database's own, which was set back since). Of what has them there already nothing changes.
 * @param nowMs by the database's clock, milliseconds since 1970
 */
export function beforeNow<T extends Pick<Tally, 'blocks'>>(tally: T, nowMs: number): T {
  const latest = (nowMs + MOST_APART_MS) / 1_000 / SLICE_SECONDS;
  return withSlices(tally, (slice) =>
    bornAt(slice) <= latest ? 0 : OF_CLOCKS_AHEAD * Math.ceil((bornAt(slice) - latest) / ERA),
  );
}

/**
 * A tally of a sender whose clock is behind: its slices are in an era of clocks behind, since beside slices of right ones, or those of before its clock was
 * set back, they would be old. What it has counted before its clock was set back stays as it was named.
 * @param clockMs the sender's time of day when it sent, @param nowMs the database's
 */
export function byClock<T extends Pick<Tally, 'blocks'>>(tally: T, clockMs: number, nowMs: number): T {
  if (nowMs - clockMs <= MOST_APART_MS) return tally;
  const latest = (clockMs + MOST_APART_MS) / 1_000;
  return withSlices(tally, (slice) => (sliceEndSeconds(slice) <= latest ? OF_CLOCKS_BEHIND : 0));
}

type Slice = NonNullable<ReturnType<typeof sliceOf>>;

/** @param erasBack how many eras earlier a slice belongs */
function withSlices<T extends Pick<Tally, 'blocks'>>(tally: T, erasBack: (slice: Slice) => number): T {
  const { blocks } = tally;
  if (!blocks) return tally;
  let isChanged = false;
  const nameOf = (block: string): string => {
    const slice = sliceOf(block);
    const eras = slice === null ? 0 : erasBack(slice);
    if (slice === null || eras === 0) return block;
    const earlier = erasEarlier(slice, eras);
    isChanged ||= earlier !== null;
    return earlier ?? block;
  };
  const moved = Object.fromEntries(
    Object.entries(blocks).map(([name, all]) => [name, renamed([all], nameOf)]),
  );
  return isChanged ? { ...tally, blocks: moved } : tally;
}
