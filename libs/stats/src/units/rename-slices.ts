import type { Tally } from '../tally.ts';
import { type Blocks, renamed, type Slice, sliceOf } from './blocks.ts';

/** A tally whose slices of time have other names; groups of units keep theirs. @param nameOf `null`: the slice keeps its name */
export function renameSlices<T extends Pick<Tally, 'blocks'>>(
  tally: T,
  nameOf: (slice: Slice) => string | null,
): T {
  const { blocks } = tally;
  if (!blocks) return tally;
  let isChanged = false;
  const rename = (block: string): string => {
    const slice = sliceOf(block);
    const name = slice === null ? null : nameOf(slice);
    isChanged ||= name !== null;
    return name ?? block;
  };
  const moved = Object.fromEntries(
    Object.entries(blocks).map(([name, all]): [string, Blocks] => [name, renamed([all], rename)]),
  );
  return isChanged ? { ...tally, blocks: moved } : tally;
}
