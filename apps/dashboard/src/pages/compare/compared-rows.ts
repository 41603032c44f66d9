import { gatesOf } from '#libs/rollout-view';
import { own as ownOf } from '../../own.ts';
import type { Rollout, Version } from '../../queries.ts';
import { number, policyName, stateWords, stepsOf, verdictWords } from '../../words.ts';

/** One thing that is said of two versions. `null`: nothing is. */
export interface ComparedRow {
  readonly name: string;
  readonly left: string | null;
  readonly right: string | null;
  readonly differs: boolean;
  /** By how much the right one is more, where both are numbers that differ. */
  readonly difference?: string;
}

export interface ComparedGroup {
  readonly name: string;
  readonly rows: readonly ComparedRow[];
}

/** A version, with the newest rollout that released it. */
export interface Compared {
  readonly version: ComparedVersion;
  readonly rollout: ComparedRollout | null;
}
type ComparedVersion = Pick<
  Version,
  | 'version'
  | 'state'
  | 'metrics'
  | 'signature'
  | 'artifact'
  | 'servingUrls'
  | 'healthPath'
  | 'outputSpec'
  | 'source'
  | 'dataset'
  | 'tags'
  | 'description'
  | 'createdAt'
  | 'createdBy'
  | 'aliases'
  | 'upstreams'
>;
export type ComparedRollout = Pick<
  Rollout,
  'id' | 'state' | 'reason' | 'decision' | 'policy' | 'policyHash' | 'verdicts' | 'createdAt'
>;

type Texts = Readonly<Record<string, string>>;

/**
 * What two versions are, beside each other: what nothing is said of on either side is left out.
 * @param when an instant as people read it
 */
export function comparedGroups(
  left: Compared,
  right: Compared,
  when: (iso: string) => string,
): readonly ComparedGroup[] {
  const both = (name: string, of: (side: Compared) => Texts): ComparedGroup => ({
    name,
    rows: rowsOf(of(left), of(right)),
  });
  return [
    { name: 'Metrics', rows: metricRows(left.version.metrics, right.version.metrics) },
    both('Rollout', ({ rollout }) => (rollout === null ? {} : rolloutTexts(rollout))),
    both('Verdicts', ({ rollout }) => (rollout === null ? {} : verdictTexts(rollout))),
    both('Policy used', ({ rollout }) => (rollout === null ? {} : policyTexts(rollout))),
    both('Signature', ({ version }) => signatureTexts(version.signature)),
    both('Artifact and server', ({ version }) => servedTexts(version)),
    both('Source', ({ version }) => version.source),
    both('Data set', ({ version }) => version.dataset),
    both('Tags', ({ version }) => version.tags),
    both('About', ({ version }) => aboutTexts(version, when)),
  ].filter(({ rows }) => rows.length > 0);
}

/** By the order of the left one; what only the right one has comes after. */
function rowsOf(left: Texts, right: Texts): readonly ComparedRow[] {
  const names = [...new Set([...Object.keys(left), ...Object.keys(right)])];
  return names.map((name) => {
    const [own, other] = [ownOf(left, name) ?? null, ownOf(right, name) ?? null];
    return { name, left: own, right: other, differs: own !== other };
  });
}

function metricRows(left: Version['metrics'], right: Version['metrics']): readonly ComparedRow[] {
  const names = [...new Set([...Object.keys(left), ...Object.keys(right)])].sort();
  return names.map((name) => {
    const [own, other] = [ownOf(left, name), ownOf(right, name)];
    const row = { name, left: exact(own), right: exact(other), differs: own !== other };
    if (own === undefined || other === undefined || own === other) return row;
    return { ...row, difference: `${other > own ? '+' : '−'}${number(Math.abs(other - own))}` };
  });
}

/** As many digits as tell two measurements apart, and no more than a measurement has. */
const exact = (value: number | undefined): string | null =>
  value === undefined ? null : String(Number(value.toPrecision(6)));

function rolloutTexts({ state, decision, reason }: ComparedRollout): Texts {
  return { State: stateWords(state), Because: decision?.because ?? reason };
}

/** By gate, and by segment where the gate was judged for each. */
function verdictTexts({ verdicts }: ComparedRollout): Texts {
  return Object.fromEntries(
    verdicts.map(({ gate, segment, verdict, because, dryRun }) => [
      segment === null ? gate : `${gate} of ${segment}`,
      `${verdictWords[verdict]}${dryRun ? ' (dry run)' : ''}: ${because}`,
    ]),
  );
}

/** The frozen policy, in the parts that people compare; its hash says of the rest whether it is the same. */
function policyTexts({ policy, policyHash }: ComparedRollout): Texts {
  const gates = gatesOf(policy).map((gate) => [
    `Gate ${gate.name ?? gate.metric}`,
    Object.entries(gate)
      .map(([key, value]) => `${key}: ${typeof value === 'string' ? value : JSON.stringify(value)}`)
      .join('\n'),
  ]);
  return {
    Name: policyName(policy) ?? 'without a name',
    Steps:
      stepsOf(policy)
        .map(({ label }) => label)
        .join(' → ') || 'none',
    ...(Object.fromEntries(gates) as Texts),
    Hash: policyHash,
  };
}

const isNamed = (one: unknown): one is { name: string } =>
  typeof (one as { name?: unknown } | null)?.name === 'string';

/** Tensors by their names; what is written another way (JSON Schema) as it is. */
function signatureTexts(signature: unknown): Texts {
  if (signature === null || signature === undefined) return {};
  const { inputs, outputs, ...rest } = signature as Readonly<Record<string, unknown>>;
  const sides = [
    ['in', inputs],
    ['out', outputs],
  ] as const;
  if (Object.keys(rest).length > 0 || !sides.every(([, side]) => Array.isArray(side) && side.every(isNamed)))
    return { 'as JSON': JSON.stringify(signature, null, 1) };
  return Object.fromEntries(
    sides.flatMap(([way, side]) =>
      (side as readonly { name: string }[]).map(({ name, ...what }) => [
        `${name} (${way})`,
        tensorWords(what),
      ]),
    ),
  );
}

function tensorWords({ datatype, shape, ...rest }: Readonly<Record<string, unknown>>): string {
  const sizes = Array.isArray(shape)
    ? shape.map((one) => (one === -1 ? 'any' : String(one))).join(' × ')
    : '';
  const more = Object.keys(rest).length === 0 ? '' : JSON.stringify(rest);
  return [typeof datatype === 'string' ? datatype : '', sizes, more].filter((part) => part !== '').join(' ');
}

function servedTexts({ artifact, servingUrls, healthPath, outputSpec }: ComparedVersion): Texts {
  return {
    ...(artifact && { Digest: artifact.digest, Artifact: artifact.uri }),
    'Answers at': servingUrls.length === 0 ? 'a server that the deployer starts' : servingUrls.join('\n'),
    ...(healthPath !== null && { 'Ready at': healthPath }),
    ...(outputSpec && { Prediction: JSON.stringify(outputSpec) }),
  };
}

function aboutTexts(version: ComparedVersion, when: (iso: string) => string): Texts {
  const { description, createdAt, createdBy, aliases, upstreams } = version;
  return {
    Registered: `${when(createdAt)}, by ${createdBy}`,
    ...(description !== '' && { Description: description }),
    ...(aliases.length > 0 && { Aliases: aliases.join(', ') }),
    ...(upstreams.length > 0 && {
      Upstreams: upstreams.map((one) => `${one.model} ${one.version}`).join(', '),
    }),
  };
}
