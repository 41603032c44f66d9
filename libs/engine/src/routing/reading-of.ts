import {
  boundedMeasure,
  isSourceGate,
  isUsageGate,
  type Policy,
  type Profile,
  type Segments,
} from '#libs/rollout';
import { HISTOGRAM } from '#libs/stats';
import { binName, DEFAULT_TRIP, type BinSpec, type Reading } from '#libs/traffic';
import type { Baseline, BaselineHistogram } from '../ports/baseline.ts';

/**
 * What gateways must read for the gates of a policy; `null`: nothing but the output spec.
 * @param prices of the versions on trial, where a gate judges money
 */
export function readingOf(
  policy: Policy,
  baseline: Baseline | null,
  prices: NonNullable<Reading['prices']> = [],
): Reading | null {
  const evidenceGates = policy.gates.filter((gate) => !isSourceGate(gate));
  const segments = evidenceGates.flatMap((gate) =>
    gate.segments === null ? [] : [segmentsRead(gate.name, gate.segments)],
  );
  const drift = evidenceGates.some((gate) => gate.metric === 'input_drift');
  const inputs = drift
    ? Object.entries(baseline?.features ?? {}).map(([feature, one]) => ({
        feature,
        path: one.path,
        bins: binsOf(one),
      }))
    : [];
  const againstBaseline = evidenceGates.some((gate) => gate.metric === 'output_drift');
  const output = againstBaseline && baseline?.output ? binsOf(baseline.output) : null;
  const requestIds = evidenceGates.some((gate) => gate.metric === 'feedback');
  const tokens = evidenceGates.some(isUsageGate);
  const everyAnswer = evidenceGates.some((gate) => gate.metric === 'schema_violations');
  const pairs = evidenceGates.some(
    (gate) => gate.metric === 'judge_win_rate' || gate.metric === 'embedding_distance_mean',
  );
  const editDistance = evidenceGates.some((gate) => gate.metric === 'edit_distance_mean');
  const points = [...new Set(evidenceGates.flatMap((gate) => boundedMeasure(gate) ?? []))];
  const { keep, redact } = policy.samples;
  const { localTrip: trip } = policy;
  const usualTrip = trip?.failures === DEFAULT_TRIP.failures && trip.of === DEFAULT_TRIP.of;
  const isDefault = keep === DEFAULT_KEPT && redact.length === 0 && usualTrip;
  const flags = {
    ...(tokens ? { tokens } : {}),
    ...(editDistance ? { editDistance } : {}),
    ...(points.length > 0 ? { points } : {}),
    ...(prices.length > 0 ? { prices } : {}),
    ...(everyAnswer ? { everyAnswer } : {}),
    ...(pairs ? { textPairs: PAIRS_IN_A_BATCH } : {}),
  };
  const isNothing =
    [segments, inputs, Object.keys(flags)].every((list) => list.length === 0) &&
    output === null &&
    !requestIds;
  if (isNothing && isDefault) return null;
  const samples = { most: keep, redact };
  return { segments, inputs, output, requestIds, ...flags, samples, trip };
}

/** Which output, only where it is one: most segments are of requests. */
const segmentsRead = (gate: string, { output, ...segments }: Segments): Reading['segments'][number] => ({
  gate,
  ...segments,
  ...(output === null ? {} : { output }),
});

/** Text pairs that a gateway sends twice a second at most: more than a judge reads. */
const PAIRS_IN_A_BATCH = 5;

/** Samples of a rollout that are kept unless its policy says otherwise. */
const DEFAULT_KEPT = 20;

/** The training data as histograms, named as those that gateways count. */
export function profileOf(baseline: Baseline | null): Profile | null {
  if (baseline === null) return null;
  const histograms = Object.fromEntries([
    ...Object.entries(baseline.features ?? {}).map(([name, one]) => [
      HISTOGRAM.inputPrefix + name,
      countsOf(one),
    ]),
    ...(baseline.output ? [[HISTOGRAM.output, countsOf(baseline.output)]] : []),
    ...(baseline.confidence ? [[HISTOGRAM.confidence, countsOf(baseline.confidence)]] : []),
  ]) as Profile['histograms'];
  return { histograms };
}

const binsOf = (histogram: BaselineHistogram): BinSpec =>
  'edges' in histogram
    ? { kind: 'numbers', edges: histogram.edges }
    : { kind: 'categories', categories: Object.keys(histogram.categories) };

function countsOf(histogram: BaselineHistogram): Record<string, number> {
  const missing = histogram.missing > 0 ? { '(missing)': histogram.missing } : {};
  return 'edges' in histogram
    ? { ...Object.fromEntries(histogram.counts.map((n, i) => [String(i), n])), ...missing }
    : { ...byBin(histogram.categories), ...missing };
}

/** Counts by the names that gateways count under; two categories of one name add up. */
function byBin(categories: Readonly<Record<string, number>>): Record<string, number> {
  const bins = new Map<string, number>();
  for (const [category, count] of Object.entries(categories)) {
    const bin = binName(category);
    bins.set(bin, (bins.get(bin) ?? 0) + count);
  }
  return Object.fromEntries(bins);
}
