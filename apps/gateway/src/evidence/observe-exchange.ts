import { HISTOGRAM, MEASURE } from '#libs/stats';
import {
  binName,
  binOf,
  CONFIDENCE_BINS,
  magnitudeBin,
  parseJsonPath,
  readJsonPath,
  notReadByArm,
  readArm,
  specsOf,
  valuesOf,
  type Arm,
  type Comparison,
  type ModelAnswer,
  type Payload,
  type Route,
} from '#libs/traffic';
import { observeUsage } from './observe-usage.ts';
import type { Observed } from '#libs/data-plane';

/** Scores of one answer that go into the histogram. */
const MOST_SCORES = 20;

/** Is there anything to be read of this route's traffic? */
export const wantsReading = (route: Route): boolean =>
  route.rolloutId !== null &&
  (specsOf(route).primary !== null ||
    (route.reading?.inputs.length ?? 0) > 0 ||
    route.reading?.tokens === true);

/**
 * Reads an answer by the output spec of its arm, and the request by the training profile. Pure.
 * @param answer of a failed request: `null`; its form says nothing
 * @param streamMs of a stream: from its first event to its last, where there are two
 */
export function observeExchange(
  route: Route,
  arm: Arm,
  request: Payload | null,
  answer: ModelAnswer | null,
  streamMs: number | null = null,
): Observed {
  const measures: [string, number][] = [];
  const histograms: [string, string][] = [];
  const { reading } = route;
  const specs = specsOf(route);
  if (specs.primary !== null && answer !== null) {
    const output = readArm(answer, arm, specs);
    const why = output === null ? notReadByArm(answer, arm, specs) : null;
    if (why !== null) histograms.push([HISTOGRAM.notRead, why]);
    measures.push([MEASURE.schemaViolation, output === null ? 1 : 0]);
    if (output?.score !== undefined) measures.push([MEASURE.score, output.score]);
    if (output?.confidence !== undefined) {
      measures.push([MEASURE.confidence, output.confidence]);
      histograms.push([HISTOGRAM.confidence, binOf(output.confidence, CONFIDENCE_BINS)]);
    }
    const bins = reading?.output ?? null;
    const values = output === null ? [] : valuesOf(output, MOST_SCORES);
    for (const value of values)
      histograms.push([
        HISTOGRAM.output,
        bins ? binOf(value, bins) : typeof value === 'number' ? magnitudeBin(value) : binName(value),
      ]);
  }
  if (reading?.tokens === true && answer !== null) {
    const usage = observeUsage(route, arm, answer, streamMs);
    measures.push(...usage.measures.map(([name, number]): [string, number] => [name, number]));
    histograms.push(...usage.histograms.map(([name, bin]): [string, string] => [name, bin]));
  }
  if (request && reading && reading.inputs.length > 0) {
    const { value, notRead } = request;
    // What cannot be read is counted so, and is no request without features.
    if (value === undefined && notRead !== null) histograms.push([HISTOGRAM.requestNotRead, notRead]);
    else
      for (const { feature, path, bins } of reading.inputs)
        histograms.push([
          HISTOGRAM.inputPrefix + feature,
          binOf(readJsonPath(value, parseJsonPath(path) ?? []), bins),
        ]);
  }
  return { measures, histograms };
}

/**
 * Why two answers could not be compared, and whose it is, where reading them by output specs has not said so already.
 * @returns `null` where there is nothing to add
 */
export function observeNotCompared(
  route: Route,
  { outcome, unreadable }: Comparison,
): { readonly arm: Arm; readonly observed: Observed } | null {
  if (unreadable === undefined || (specsOf(route).candidate !== null && unreadable !== 'other_kind'))
    return null;
  const arm = outcome === 'incomparable' && unreadable !== 'other_kind' ? 'primary' : 'shadow';
  return { arm, observed: { measures: [], histograms: [[HISTOGRAM.notRead, unreadable]] } };
}

/** What a comparison adds to the shadow's evidence. @param failed which of the two has failed on this request */
export function observeComparison(
  comparison: Comparison,
  failed: { readonly candidate: boolean; readonly primary: boolean },
): Observed['measures'] {
  return [
    [MEASURE.primaryFailed, Number(failed.primary)],
    [MEASURE.failedApart, Number(failed.candidate) - Number(failed.primary)],
    ...(comparison.rankCorrelation === undefined
      ? []
      : ([[MEASURE.rankCorrelation, comparison.rankCorrelation]] as const)),
    ...(comparison.editDistance === undefined
      ? []
      : ([[MEASURE.editDistance, comparison.editDistance]] as const)),
    ...(comparison.scoreDelta === undefined ? [] : ([[MEASURE.scoreDelta, comparison.scoreDelta]] as const)),
  ];
}
