import type { Sketch } from '../quantiles/sketch.ts';
import type { Tally } from '../tally.ts';
import { BLOCKED, coarseOf, sliceAt, type BlockCounts, type Blocks } from './blocks.ts';

/**
 * Blocks of the times in a tally that says nothing of what goes together, as older data planes send it: all of them in one slice of time, that of its
 * arrival. Which groups of units it was stays unknown. Rates are judged as they were before: a batch's failures are few, and their harm must not
 * wait for so many slices.
 * @param epochMs when it arrived, milliseconds since 1970
 */
export function blocksAtOnce(tally: Tally, epochMs: number): Readonly<Record<string, Blocks>> {
  const slice = sliceAt(epochMs);
  const counted: readonly (readonly [string, BlockCounts])[] = [
    [BLOCKED.latency, coarseCounts(tally.latency)],
    ...Object.entries(tally.sketches ?? {}).map(([name, sketch]) => [name, coarseCounts(sketch)] as const),
  ];
  return Object.fromEntries(
    counted
      .filter(([, counts]) => Object.values(counts).some((n) => n > 0))
      .map(([name, counts]) => [name, { [slice]: counts }]),
  );
}

function coarseCounts({ buckets }: Sketch): BlockCounts {
  const counts: Record<string, number> = {};
  for (const [bucket, n] of Object.entries(buckets)) {
    const coarse = String(coarseOf(Number(bucket)));
    counts[coarse] = (counts[coarse] ?? 0) + n;
  }
  return counts;
}
