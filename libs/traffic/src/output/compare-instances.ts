import { assertNever } from '#libs/kernel';
import type { Comparison } from './comparison.ts';
import { kendallTauB } from './kendall-tau.ts';
import { allowedDifference, type OutputSpec } from './output-spec.ts';
import type { OutputReading } from './read-output.ts';
import { textSimilarity } from './text-similarity.ts';

/** Why two answers that are both read cannot be compared: one has a label, say, and the other a score. */
const OTHER_KIND = 'other_kind';
/** Rankings longer than this are compared by their first items only; tau is quadratic. */
const MAX_RANKED = 200;
/** Pairs of items that the rankings of one answer may take together: as many as 25 of that length. */
const MOST_PAIRS = 25 * MAX_RANKED ** 2;
/** Characters of one answer's texts that are compared. */
const MOST_TEXT = 50_000;

/**
 * Compares one instance of each answer by the candidate's rule.
 * @param many instances of the answer, which share the work that one answer may take
 */
export function compareInstances(a: OutputReading, b: OutputReading, spec: OutputSpec, many = 1): Comparison {
  if (!isComparable(a, spec)) return { outcome: 'incomparable', unreadable: OTHER_KIND };
  const [x, y] = [a.scores ?? [], b.scores ?? []];
  const areAsMany = (a.size ?? x.length) === (b.size ?? y.length);
  switch (spec.kind) {
    case 'label':
      return outcome(a.label === b.label);
    case 'text':
      return outcome(
        textSimilarity(a.text ?? '', b.text ?? '', Math.ceil(MOST_TEXT / many)) >= spec.similarity,
      );
    case 'probabilities':
      if (a.scores === undefined) return outcome(a.label === b.label);
      if (!areAsMany) return { outcome: 'disagree' };
      return { ...outcome(a.label === b.label), scoreDelta: largest(x, y) };
    case 'score': {
      const scoreDelta = Math.abs((a.score ?? 0) - (b.score ?? 0));
      return { ...outcome(scoreDelta <= allowedDifference(a.score ?? 0, spec)), scoreDelta };
    }
    case 'tensor': {
      if (!areAsMany) return { outcome: 'disagree' };
      const isNear = x.every((value, i) => Math.abs(value - (y[i] ?? 0)) <= allowedDifference(value, spec));
      return { ...outcome(isNear), scoreDelta: largest(x, y) };
    }
    case 'ranking':
      return areAsMany
        ? compareRankings(x, y, spec.minCorrelation, mostRanked(many))
        : { outcome: 'disagree' };
    default:
      return assertNever(spec);
  }
}

const mostRanked = (many: number): number => Math.min(MAX_RANKED, Math.floor(Math.sqrt(MOST_PAIRS / many)));

function compareRankings(
  x: readonly number[],
  y: readonly number[],
  minCorrelation: number,
  most: number,
): Comparison {
  const from = firstTold(x, most);
  const tau = kendallTauB(x.slice(from, from + most), y.slice(from, from + most));
  const scoreDelta = x.reduce((sum, value, i) => sum + Math.abs(value - (y[i] ?? 0)), 0) / x.length;
  if (tau === null) {
    // A model that scores everything alike ranks nothing: that is no correlation, not no answer.
    if (!isConstant(x)) return { outcome: 'disagree', rankCorrelation: 0, scoreDelta };
    return { outcome: x.every((value, i) => value === y[i]) ? 'agree' : 'incomparable', scoreDelta };
  }
  return { ...outcome(tau >= minCorrelation), rankCorrelation: tau, scoreDelta };
}

/** Where to begin, so that what is compared has an order: items that are all alike have none, and two equal answers would disagree by them. */
function firstTold(x: readonly number[], most: number): number {
  const other = x.findIndex((value) => value !== x[0]);
  return other < most ? 0 : other - 1;
}

/** Does a reading by another spec have what this spec's rule compares? */
function isComparable(reading: OutputReading, { kind }: OutputSpec): boolean {
  switch (kind) {
    case 'label':
    case 'probabilities':
      return reading.label !== undefined;
    case 'score':
      return reading.score !== undefined && reading.scores === undefined;
    case 'text':
      return reading.text !== undefined;
    case 'tensor':
    case 'ranking':
      return reading.scores !== undefined;
    default:
      return assertNever(kind);
  }
}

export const outcome = (agrees: boolean): Comparison => ({ outcome: agrees ? 'agree' : 'disagree' });

const isConstant = (values: readonly number[]): boolean => values.every((value) => value === values[0]);

const largest = (x: readonly number[], y: readonly number[]): number =>
  x.reduce((most, value, i) => Math.max(most, Math.abs(value - (y[i] ?? 0))), 0);
