import { formatDuration, formatPercent } from '#libs/kernel';
import { isAlwaysOpen } from '../freeze/freeze.ts';
import { describeStep } from '../decide/next-transition.ts';
import { canSpeakIn, muteGates } from '../budget/comparable.ts';
import { isJudgedIn } from '../budget/error-budget.ts';
import { type Gate, isRelative, segmentSource, type TokenMargin } from '../policy/gates/gates.ts';
import { isGivenToAll } from '../policy/hold-back.ts';
import { type Policy } from '../policy/policy.ts';
import { type Step } from '../policy/steps.ts';
import { isRing, isWholeRing, uncountedRings } from '../decide/rings.ts';
import { isTimeGate } from '../policy/gates/time-metric.ts';
import { isCostGate, isUsageGate, partsOfUsage, type UsageMetric } from '../policy/gates/usage-metric.ts';
import { boundInWords } from '../policy/gates/value-bound.ts';
import { unitsInWords } from './units-of-proof.ts';

/** One step of a plan, in words. Times in ms; `null`: nobody can say. */
export interface PlannedStep {
  readonly kind: Step['kind'];
  readonly title: string;
  readonly what: string;
  readonly leastMs: number;
  readonly mostMs: number | null;
  /** Names of the gates that are judged in it. */
  readonly gates: readonly string[];
}

/** What a policy would do, and how long that takes. */
export interface Plan {
  readonly steps: readonly PlannedStep[];
  readonly leastMs: number;
  readonly mostMs: number | null;
  /** The whole in sentences. */
  readonly text: readonly string[];
}

/** The checks have time limits of their own; together they end within this. */
const MOST_CHECKS_MS = 5 * 60_000;

/**
 * What would happen to a version under a policy, in words, with the least and the most time it takes
 * until nothing watches it any more. Deployment, freezes, pauses by people and cut-off gateways come on top.
 * @param requestsPerSecond the model's traffic, when it is known: then `minRequests` counts as time
 * @param callers distinct units that call it in the time of a step, when that is known: then it is said which proof cannot come by so few
 */
export function planOf(
  policy: Policy,
  requestsPerSecond: number | null = null,
  callers: number | null = null,
): Plan {
  const steps = policy.steps.map((step, i): PlannedStep => {
    const gates = policy.gates.filter((g) => canSpeakIn(policy, g, i)).map((g) => g.name);
    return { kind: step.kind, title: title(step), gates, ...timesOf(policy, i, requestsPerSecond) };
  });
  const leastMs = steps.reduce((sum, s) => sum + s.leastMs, 0);
  const mostMs = steps.reduce<number | null>(
    (sum, s) => (sum === null || s.mostMs === null ? null : sum + s.mostMs),
    0,
  );
  return { steps, leastMs, mostMs, text: textOf(policy, steps, { leastMs, mostMs, callers }) };
}

const title = (step: Step): string => {
  const text = describeStep(step);
  return text.charAt(0).toUpperCase() + text.slice(1);
};

/** Requests are counted elsewhere where none are asked for. */
const lasts = (minRequests: number, of: string): string =>
  minRequests === 0 ? 'the last word of its sources' : `${minRequests} ${of}`;

function timesOf(
  policy: Policy,
  at: number,
  perSecond: number | null,
): { what: string; leastMs: number; mostMs: number | null } {
  const step = policy.steps[at] as Step;
  const uncounted = uncountedRings(policy, at).join(', ');
  const except =
    uncounted === ''
      ? ''
      : ` (requests of ${uncounted} do not count: where that holds all callers, nobody is left to count)`;
  switch (step.kind) {
    case 'checks':
      return {
        what: 'The version is checked before any traffic; a failed check ends the rollout.',
        leastMs: 0,
        mostMs: MOST_CHECKS_MS,
      };
    case 'shadow':
    case 'canary': {
      const weight = step.kind === 'shadow' ? step.sample : step.weight;
      const whose =
        step.kind === 'shadow'
          ? `${formatPercent(weight)} of the requests are copied to the candidate; no caller sees its answers. Ends after ${lasts(step.minRequests, 'compared answers')}`
          : `${whoGets(step)} get the candidate's answers. Ends after ${lasts(step.minRequests, `requests of its arm${except}`)}`;
      const atLeast = step.minDurationMs > 0 ? ` and ${formatDuration(step.minDurationMs)}` : '';
      // How many of them call, nobody knows.
      const byTraffic =
        perSecond === null || isRing(step) ? 0 : (step.minRequests / (perSecond * (weight / 10_000))) * 1_000;
      return {
        what: `${whose}${atLeast}; after ${formatDuration(step.maxDurationMs)} without that: ${policy.onUndecided} (without data: ${policy.onNoData}).`,
        leastMs: Math.max(step.minDurationMs, Math.ceil(byTraffic)),
        mostMs: step.maxDurationMs,
      };
    }
    case 'approval':
      return {
        what: `${step.approvers === 1 ? 'A person' : `${step.approvers} people`} must approve${policy.fourEyes ? ', not the author' : ''}; the traffic stays as it is${step.maxDurationMs === null ? '' : `; after ${formatDuration(step.maxDurationMs)}: ${step.onTimeout}`}.`,
        leastMs: 0,
        mostMs: step.maxDurationMs,
      };
    case 'bake':
      return {
        what: `The version is primary; for ${formatDuration(step.durationMs)} the old one stays deployed and ${bakeGates(policy, step)}${except}`,
        leastMs: step.durationMs,
        mostMs: step.durationMs,
      };
  }
}

function whoGets(step: Extract<Step, { kind: 'canary' }>): string {
  if (!isRing(step)) return `${formatPercent(step.weight)} of the units`;
  const compared = isWholeRing(step)
    ? 'nobody is left to compare with, so only gates with bounds of their own judge; '
    : 'the others of them are what it is compared with; ';
  return `${formatPercent(step.weight)} of the units in ${step.ring.join(' or ')}, and nobody else (${compared}they keep it in later steps),`;
}

/** Who judges in a bake, against what. */
function bakeGates(policy: Policy, step: Extract<Step, { kind: 'bake' }>): string {
  if (step.holdBack > 0)
    return `the gates keep judging, against ${formatPercent(step.holdBack)} of the units held back on it. Harm gives the primary back; at the end, with too little to compare: ${policy.onUndecided} (without data: ${policy.onNoData}).`;
  const judging = policy.gates.filter((gate) => !gate.dryRun && isJudgedIn(gate, step));
  const absolute = judging.filter((gate) => !isRelative(gate)).map((gate) => gate.name);
  if (judging.length === 0) return 'no gate judges it.';
  const others =
    judging.length > absolute.length
      ? ' What is worse than before is shown, and rolls nothing back; where it is so at the end, a person decides.'
      : '';
  const given = isGivenToAll(policy.steps) ? ' (a canary has given everybody the version)' : '';
  return absolute.length === 0
    ? `nobody is held back on it${given}, so no gate rolls back.${others}`
    : `only ${absolute.join(', ')} can give the primary back: nobody is held back to compare with${given}.${others}`;
}

function condition(gate: Gate): string {
  const dry = gate.dryRun ? ' (reported only)' : '';
  const steps = ` [${gate.in.join(', ')}]${dry}`;
  return `${gate.name}: ${wish(gate)}${'segments' in gate && gate.segments ? `, for each ${segmentSource(gate.segments)} too` : ''}${steps}`;
}

/** What must hold, in words. */
function wish(gate: Gate): string {
  if (isTimeGate(gate))
    return 'ratio' in gate.margin
      ? `at most ${gate.margin.ratio} times the primary's${boundInWords(gate.bound)}`
      : `at most ${gate.margin.increase} ms more than the primary's${boundInWords(gate.bound)}`;
  if (isUsageGate(gate)) return `${usageWish(gate)}${boundInWords(gate.bound)}`;
  switch (gate.metric) {
    case 'error_rate':
    case 'schema_violations': {
      const what = gate.metric === 'error_rate' ? 'failures' : 'answers of a wrong form';
      return 'ratio' in gate.margin
        ? `at most ${gate.margin.ratio} times the primary's ${what}`
        : `at most ${(100 * gate.margin.increase).toFixed(2)} points more ${what} than the primary${gate.margin.harmRatio === undefined ? '' : `, and from ten on at most ${gate.margin.harmRatio} times as many`}`;
    }
    case 'agreement':
      return `at least ${(100 * gate.min).toFixed(1)}% of the answers agree with the primary's`;
    case 'judge_win_rate':
      return `the judge finds the answers better than the primary's, ties counting half, in at least ${(100 * gate.min).toFixed(1)}% of the pairs`;
    case 'rank_correlation':
      return `the rankings correlate with the primary's by at least ${gate.min} on average`;
    case 'edit_distance_mean':
      return `texts differ from the primary's by at most ${(100 * gate.max).toFixed(1)}% of their length on average`;
    case 'embedding_distance_mean':
      return `by their embeddings, texts are at a distance of at most ${gate.max} from the primary's on average (0 to 2)`;
    case 'score_delta':
      return `scores differ from the primary's by at most ${gate.max} on average${boundInWords(gate.bound)}`;
    case 'output_drift':
    case 'confidence':
      return `its distribution is within a stability index of ${gate.max} of ${gate.against === 'primary' ? "the primary's" : "the training data's"}`;
    case 'input_drift':
      return `what arrives is within a stability index of ${gate.max} of the training data; else it pauses`;
    case 'sample_ratio':
      return 'the arms get the shares that the route declares; else it pauses';
    case 'feedback': {
      const whose = gate.model === null ? '' : ` of ${gate.model}`;
      const by = gate.values === 'proportion' ? `${(100 * gate.by).toFixed(2)} points` : String(gate.by);
      return `${gate.feedback}${whose} at most ${by} ${gate.worse} than the primary's${boundInWords(gate.bound)}`;
    }
    case 'prometheus':
      return `the query's value is ${[gate.min === null ? '' : `at least ${gate.min}`, gate.max === null ? '' : `at most ${gate.max}`].filter(Boolean).join(' and ')}`;
    case 'http':
      return `${gate.url} says pass`;
  }
}

function usageWish(gate: { readonly metric: UsageMetric; readonly margin: TokenMargin }): string {
  const { margin, metric } = gate;
  const isCost = isCostGate(gate);
  const { unit } = partsOfUsage(metric);
  const asked =
    'ratio' in margin
      ? `at ${margin.worse === 'higher' ? 'most' : 'least'} ${margin.ratio} times the primary's ${isCost ? 'cost' : unit}`
      : `at most ${margin.by} ${isCost ? '' : `${unit} `}${margin.worse === 'higher' ? 'more' : 'less'} than the primary on average`;
  return isCost ? `${asked}, by the model's prices (without them, a release is refused)` : asked;
}

function textOf(
  policy: Policy,
  steps: readonly PlannedStep[],
  { leastMs, mostMs, callers }: Pick<Plan, 'leastMs' | 'mostMs'> & { readonly callers: number | null },
): string[] {
  const most = mostMs === null ? 'with no upper limit' : `at most ${formatDuration(mostMs)}`;
  const newer = {
    supersede: 'A newer version takes its place.',
    queue: 'A newer version waits until it has ended.',
    refuse: 'A newer version is refused while it runs.',
  }[policy.onNewVersion];
  return [
    `Policy "${policy.name}": at least ${formatDuration(leastMs)}, ${most}.`,
    ...steps.map((s, i) => `${i + 1}. ${s.title}. ${s.what}`),
    ...policy.gates.map((g) => `Gate ${condition(g)}.`),
    ...unitsInWords(policy, callers),
    ...muteGates(policy).map(
      ({ gate, because }) =>
        `No version is promoted by its gates: ${gate.name} looks at nothing (${because}).`,
    ),
    policy.promoteWhen === 'proven'
      ? `It is promoted when every gate has passed; proven harm rolls back at once. Of good versions at most ${(100 * policy.alpha).toFixed(1)}% are rolled back by mistake.`
      : 'It is promoted when no gate has failed and the minima are met; proven harm rolls back at once.',
    newer,
    ...policy.freeze.map(
      (f) =>
        `From "${f.cron}" (${f.timeZone}) for ${formatDuration(f.durationMs)} nothing advances${f.reason === '' ? '' : `: ${f.reason}`}; rolling back always works.${isAlwaysOpen(f) ? ' That is always: no version is promoted by this policy, but with overrideFreeze.' : ''}`,
    ),
    ...(policy.rollbackWindowMs > 0
      ? [
          `A version that was a good primary in the last ${formatDuration(policy.rollbackWindowMs)} is promoted at once.`,
        ]
      : []),
  ];
}
