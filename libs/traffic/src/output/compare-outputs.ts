import { assertNever } from '#libs/kernel';
import { kendallTauB } from './kendall-tau.ts';
import type { ModelAnswer } from '../answers/model-answer.ts';
import { isSameContent, type NotRead } from '../payload/index.ts';
import { type ArmSpecs, readArm } from '../arms/arm-specs.ts';
import type { OutputSpec } from './output-spec.ts';
import type { OutputReading } from './read-output.ts';
import { editDistance } from './edit-distance.ts';
import { textSimilarity } from './text-similarity.ts';

/** One class, by the primary's answer. In a batch it agrees as a batch of its instances alone would. */
export interface ClassComparison {
  readonly label: string;
  readonly outcome: 'agree' | 'disagree';
}

/** What came of comparing two answers to the same request. */
export interface Comparison {
  /** `incomparable`: the primary's own answer cannot be read, so nothing is said about the shadow. */
  readonly outcome: 'agree' | 'disagree' | 'incomparable';
  /** Why an answer is unreadable (the primary's where it is incomparable), where that decided. */
  readonly unreadable?: NotRead;
  /** Rankings: Kendall's tau-b. */
  readonly rankCorrelation?: number;
  /** Texts, where it was asked for: how far they are apart (`editDistance`), 0 to 1, and 1 where the shadow failed or cannot be read; of a batch the mean. */
  readonly editDistance?: number;
  /** Of what the primary names a class: whether the two agree on those of each class, the first ones. */
  readonly classes?: readonly ClassComparison[];
  /** Scores: the absolute difference (of tensors and probabilities the largest, of rankings the mean). */
  readonly scoreDelta?: number;
}

/** Rankings longer than this are compared by their first items only; tau is quadratic. */
const MAX_RANKED = 200;
/** Classes of one answer that are told apart. */
const MOST_CLASSES = 50;
/** Characters of one answer's texts that are compared. */
const MOST_TEXT = 50_000;
/** Of these, for the edit distance, which takes their product by 32. */
const MOST_EDITED = 2_000;
/** The edit distance of texts that have nothing in common. */
const FARTHEST = 1;

/** What is compared beside whether answers agree. */
export interface AlsoCompared {
  readonly editDistance: boolean;
}
const NOTHING_ELSE: AlsoCompared = { editDistance: false };

/** Why two answers that are both read cannot be compared: one has a label, say, and the other a score. */
const OTHER_KIND = 'other_kind';

/**
 * Do two answers to the same request agree? With output specs, each is read by its own, and what is read is
 * compared by the candidate's rule (its kind and tolerance); without, they agree when both bodies say the same
 * (`isSameContent`). An answer of the shadow that cannot be read disagrees; an answer of the primary that cannot be read
 * compares with nothing, and neither does one of another kind.
 */
export function compareOutputs(
  primary: ModelAnswer,
  shadow: ModelAnswer,
  specs: ArmSpecs,
  also: AlsoCompared = NOTHING_ELSE,
): Comparison {
  if (primary.status >= 400) return { outcome: 'incomparable' };
  if (specs.candidate === null) return compareContents(primary, shadow);
  const a = readArm(primary, 'primary', specs);
  if (a === null) return { outcome: 'incomparable', ...because(primary) };
  const b = shadow.status >= 400 ? null : readArm(shadow, 'shadow', specs);
  if (b !== null)
    return { ...compareReadings(a, b, specs.candidate), ...textsApart(a, b, specs.candidate, also) };
  const unread: Comparison = {
    outcome: 'disagree',
    ...classesOf(a, () => 'disagree', specs.candidate),
    ...textsApart(a, null, specs.candidate, also),
  };
  return shadow.status >= 400 ? unread : { ...unread, ...because(shadow) };
}

function compareContents(primary: ModelAnswer, shadow: ModelAnswer): Comparison {
  const [a, b] = [primary.payload.content, shadow.payload.content];
  if (a.kind === 'none') return { outcome: 'incomparable', unreadable: a.why };
  if (shadow.status >= 400) return { outcome: 'disagree' };
  if (isSameContent(a, b)) return { outcome: 'agree' };
  // Where the primary's is no JSON either, that it is none is nothing to be said.
  return a.kind === b.kind ? { outcome: 'disagree' } : { outcome: 'disagree', ...because(shadow) };
}

const because = ({ unreadable }: ModelAnswer): Pick<Comparison, 'unreadable'> =>
  unreadable === null ? {} : { unreadable };

/**
 * Compares what was read, instance by instance. Instances that cannot be compared do not count, unless none can.
 * @param spec the candidate's, by which `b` was read
 */
function compareReadings(a: OutputReading, b: OutputReading, spec: OutputSpec): Comparison {
  const [ours, theirs] = [a.instances ?? [a], b.instances ?? [b]];
  if (a.instances === undefined && b.instances === undefined) {
    const compared = compareInstances(a, b, spec);
    return { ...compared, ...classesOf(a, () => compared.outcome, spec) };
  }
  const counts = [a.count ?? 1, b.count ?? 1];
  if (counts[0] !== counts[1]) return { outcome: 'disagree', ...classesOf(a, () => 'disagree', spec) };
  const mostText = Math.ceil(MOST_TEXT / ours.length);
  const compared = ours.map((one, i) => compareInstances(one, theirs[i] ?? {}, spec, mostText));
  const decided = compared.filter((one) => one.outcome !== 'incomparable');
  if (decided.length === 0) return compared[0] ?? { outcome: 'incomparable' };
  const correlations = decided.flatMap((one) => one.rankCorrelation ?? []);
  const deltas = decided.flatMap((one) => one.scoreDelta ?? []);
  return {
    ...outcome(enoughAgree(decided, spec)),
    ...classesOf(a, (i) => compared[i]?.outcome ?? 'incomparable', spec),
    ...(correlations.length === 0 ? {} : { rankCorrelation: meanOf(correlations) }),
    ...(deltas.length === 0 ? {} : { scoreDelta: Math.max(...deltas) }),
  };
}

/**
 * Who says nothing, or not to each instance, is as far from the primary's texts as one can be: silence is not near. Batches of
 * other sizes have no pairs.
 * @param b the shadow's; `null`: it failed, or cannot be read
 */
function textsApart(
  a: OutputReading,
  b: OutputReading | null,
  { kind }: OutputSpec,
  also: AlsoCompared,
): Pick<Comparison, 'editDistance'> {
  if (!also.editDistance || kind !== 'text') return {};
  const [ours, theirs] = [a.instances ?? [a], b?.instances ?? [b]];
  const isPaired = b !== null && (a.count ?? 1) === (b.count ?? 1);
  const most = Math.ceil(MOST_EDITED / ours.length);
  const distances = ours.flatMap(({ text }, i) => {
    const other = isPaired ? theirs[i]?.text : undefined;
    if (text === undefined) return [];
    return other === undefined ? FARTHEST : editDistance(text, other, most);
  });
  return distances.length === 0 ? {} : { editDistance: meanOf(distances) };
}

const enoughAgree = (decided: readonly Pick<Comparison, 'outcome'>[], spec: OutputSpec): boolean =>
  decided.filter((one) => one.outcome === 'agree').length / decided.length >= (spec.agreeing ?? 1);

/** @param outcomeOf of an instance, by its place */
function classesOf(
  primary: OutputReading,
  outcomeOf: (instance: number) => Comparison['outcome'],
  spec: OutputSpec,
): Pick<Comparison, 'classes'> {
  const byLabel = new Map<string, Pick<Comparison, 'outcome'>[]>();
  for (const [i, { label }] of (primary.instances ?? [primary]).entries()) {
    if (label === undefined || outcomeOf(i) === 'incomparable') continue;
    const known = byLabel.get(label);
    if (known) known.push({ outcome: outcomeOf(i) });
    else if (byLabel.size < MOST_CLASSES) byLabel.set(label, [{ outcome: outcomeOf(i) }]);
  }
  if (byLabel.size === 0) return {};
  const classes = [...byLabel].map(([label, decided]): ClassComparison => ({
    label,
    outcome: enoughAgree(decided, spec) ? 'agree' : 'disagree',
  }));
  return { classes };
}

function compareInstances(
  a: OutputReading,
  b: OutputReading,
  spec: OutputSpec,
  mostText = MOST_TEXT,
): Comparison {
  if (!isComparable(a, spec)) return { outcome: 'incomparable', unreadable: OTHER_KIND };
  const [x, y] = [a.scores ?? [], b.scores ?? []];
  const areAsMany = (a.size ?? x.length) === (b.size ?? y.length);
  switch (spec.kind) {
    case 'label':
      return outcome(a.label === b.label);
    case 'text':
      return outcome(textSimilarity(a.text ?? '', b.text ?? '', mostText) >= spec.similarity);
    case 'probabilities':
      if (a.scores === undefined) return outcome(a.label === b.label);
      if (!areAsMany) return { outcome: 'disagree' };
      return { ...outcome(a.label === b.label), scoreDelta: largest(x, y) };
    case 'score': {
      const scoreDelta = Math.abs((a.score ?? 0) - (b.score ?? 0));
      return { ...outcome(scoreDelta <= spec.tolerance), scoreDelta };
    }
    case 'tensor': {
      if (!areAsMany) return { outcome: 'disagree' };
      const scoreDelta = largest(x, y);
      return { ...outcome(scoreDelta <= spec.tolerance), scoreDelta };
    }
    case 'ranking':
      return areAsMany ? compareRankings(x, y, spec.minCorrelation) : { outcome: 'disagree' };
    default:
      return assertNever(spec);
  }
}

function compareRankings(x: readonly number[], y: readonly number[], minCorrelation: number): Comparison {
  const tau = kendallTauB(x.slice(0, MAX_RANKED), y.slice(0, MAX_RANKED));
  const scoreDelta = x.reduce((sum, value, i) => sum + Math.abs(value - (y[i] ?? 0)), 0) / x.length;
  if (tau === null) {
    // A model that scores everything alike ranks nothing: that is no correlation, not no answer.
    if (!isConstant(x)) return { outcome: 'disagree', rankCorrelation: 0, scoreDelta };
    return { outcome: x.every((value, i) => value === y[i]) ? 'agree' : 'incomparable', scoreDelta };
  }
  return { ...outcome(tau >= minCorrelation), rankCorrelation: tau, scoreDelta };
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

const outcome = (agrees: boolean): Comparison => ({ outcome: agrees ? 'agree' : 'disagree' });

const meanOf = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

const isConstant = (values: readonly number[]): boolean => values.every((value) => value === values[0]);

const largest = (x: readonly number[], y: readonly number[]): number =>
  x.reduce((most, value, i) => Math.max(most, Math.abs(value - (y[i] ?? 0))), 0);
