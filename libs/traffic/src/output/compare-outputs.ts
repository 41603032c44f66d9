import { compareInstances, outcome } from './compare-instances.ts';
import type { ClassComparison, Comparison, RowCounts } from './comparison.ts';
import type { ModelAnswer } from '../answers/model-answer.ts';
import { isSameContent } from '../payload/index.ts';
import { type ArmSpecs, readArm } from '../arms/arm-specs.ts';
import { parseOutputPath } from './output-path.ts';
import type { OutputSpec } from './output-spec.ts';
import type { OutputReading } from './read-output.ts';
import { editDistance } from './edit-distance.ts';

/** Classes of one answer that are told apart. */
const MOST_CLASSES = 50;
/** Characters of one answer's texts that are compared for the edit distance, which takes their product by 32. */
const MOST_EDITED = 2_000;
/** The edit distance of texts that have nothing in common. */
const FARTHEST = 1;

/** What is compared beside whether answers agree. */
export interface AlsoCompared {
  readonly editDistance: boolean;
}
const NOTHING_ELSE: AlsoCompared = { editDistance: false };

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
    ...noneAgrees(a, specs.candidate),
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
 * Is agreement counted by the rows of a batch? The path names each of them (`[*]`), and the spec does not say which share of them makes a request
 * that agrees (`agreeing`).
 */
export const countsByRow = (spec: OutputSpec): boolean =>
  spec.agreeing === undefined && (parseOutputPath(spec.path)?.each ?? null) !== null;

const rowCounts = (
  decided: readonly Pick<Comparison, 'outcome'>[],
  spec: OutputSpec,
): { rows?: RowCounts } =>
  countsByRow(spec) ? { rows: { compared: decided.length, agreed: agreeingOf(decided) } } : {};

const agreeingOf = (decided: readonly Pick<Comparison, 'outcome'>[]): number =>
  decided.filter((one) => one.outcome === 'agree').length;

/** The shadow's answer has nothing that a row of the primary's could agree with. */
function noneAgrees(a: OutputReading, spec: OutputSpec): Comparison {
  const none = (a.instances ?? [a]).map(() => ({ outcome: 'disagree' }) as const);
  return { outcome: 'disagree', ...rowCounts(none, spec), ...classesOf(a, () => 'disagree', spec) };
}

/**
 * Compares what was read, instance by instance. Instances that cannot be compared do not count, unless none can.
 * @param spec the candidate's, by which `b` was read
 */
function compareReadings(a: OutputReading, b: OutputReading, spec: OutputSpec): Comparison {
  const [ours, theirs] = [a.instances ?? [a], b.instances ?? [b]];
  if ((a.count ?? 1) !== (b.count ?? 1)) return noneAgrees(a, spec);
  const compared = ours.map((one, i) => compareInstances(one, theirs[i] ?? {}, spec, ours.length));
  const [only] = compared;
  if (a.instances === undefined && b.instances === undefined && only) {
    const rows = only.outcome === 'incomparable' ? {} : rowCounts(compared, spec);
    return { ...only, ...rows, ...classesOf(a, () => only.outcome, spec) };
  }
  const decided = compared.filter((one) => one.outcome !== 'incomparable');
  if (decided.length === 0) return only ?? { outcome: 'incomparable' };
  const correlations = decided.flatMap((one) => one.rankCorrelation ?? []);
  const deltas = decided.flatMap((one) => one.scoreDelta ?? []);
  return {
    ...outcome(enoughAgree(decided, spec)),
    ...rowCounts(decided, spec),
    ...classesOf(a, (i) => compared[i]?.outcome ?? 'incomparable', spec),
    ...(correlations.length === 0 ? {} : { rankCorrelation: meanOf(correlations) }),
    ...(deltas.length === 0 ? {} : { scoreDelta: meanOf(deltas) }),
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
  agreeingOf(decided) / decided.length >= (spec.agreeing ?? 1);

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
    ...rowCounts(decided, spec),
  }));
  return { classes };
}

const meanOf = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
