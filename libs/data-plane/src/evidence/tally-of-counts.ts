import { type EvidenceEntry, LIMITS } from '#libs/gateway-protocol';
import { HISTOGRAM, type Sketch } from '#libs/stats';
import type { ArmCounts } from './arm-counts.ts';
import type { BlockLog } from './block-log.ts';
import { underStorableNames } from './storable-names.ts';

/** Counts as they go on the wire; what is empty is left out. */
export function tallyOf(counts: ArmCounts): EvidenceEntry['tally'] {
  const { requests, errors, latencies, buckets, compared, agreed, dropped } = counts;
  const { sketches, points, measures, histograms } = counts;
  return {
    ...{ requests, errors, compared, agreed, dropped },
    latency: { count: latencies, buckets: Object.fromEntries(buckets) },
    ...(sketches.size === 0 ? {} : { sketches: sketchesOf(sketches) }),
    ...(points.size === 0 ? {} : { points: plain(points) }),
    ...togetherOf(counts.together),
    measures: Object.fromEntries(underStorableNames(measures, LIMITS.name, ([first]) => first)),
    histograms: Object.fromEntries([
      ...groupsOf(HISTOGRAM.unitRequests, counts.unitRequests),
      ...groupsOf(HISTOGRAM.unitErrors, counts.unitErrors),
      ...underStorableNames(histograms, LIMITS.name, ([first]) => first).map(([name, bins]) => [
        name,
        Object.fromEntries(underStorableNames(bins, LIMITS.bin, addUp)),
      ]),
    ]),
  };
}

const addUp = (counts: readonly number[]): number => counts.reduce((a, b) => a + b, 0);

const plain = (named: ReadonlyMap<string, ReadonlyMap<string, number>>) =>
  Object.fromEntries([...named].map(([name, counts]) => [name, Object.fromEntries(counts)]));

/** A histogram of groups of units; none where there is nothing in it. */
function groupsOf(name: string, counts: readonly number[]): [string, Record<string, number>][] {
  const bins = counts.flatMap((count, group) => (count > 0 ? [[String(group), count] as const] : []));
  return bins.length === 0 ? [] : [[name, Object.fromEntries(bins)]];
}

const sketchesOf = (sketches: ReadonlyMap<string, ReadonlyMap<number, number>>): Record<string, Sketch> =>
  Object.fromEntries(
    [...sketches].map(([name, buckets]) => [
      name,
      { count: addUp([...buckets.values()]), buckets: Object.fromEntries(buckets) },
    ]),
  );

/** Left out where there is nothing. */
function togetherOf(together: BlockLog | null): Pick<EvidenceEntry['tally'], 'blocks' | 'units'> {
  if (together === null) return {};
  const { blocks, units } = together;
  return {
    ...(Object.keys(blocks).length > 0 && { blocks }),
    ...(units.length > 0 && { units }),
  };
}
