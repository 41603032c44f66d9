import type { BatchLists } from '#libs/gateway-protocol';

/** Without what apis of before there was a protocol refuse; `null`: it has nothing of it. What goes together is a refinement: no count is lost. */
export function asOlderApisTakeIt(lists: BatchLists): BatchLists | null {
  if (lists.entries.every(({ tally }) => tally.blocks === undefined && tally.units === undefined))
    return null;
  const entries = lists.entries.map((entry) => {
    const { blocks: _blocks, units: _units, ...tally } = entry.tally;
    return { ...entry, tally };
  });
  return { ...lists, entries };
}
