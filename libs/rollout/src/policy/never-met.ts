import { formatDuration, isOpenUrl } from '#libs/kernel';
import { isJudgedIn } from '../budget/error-budget.ts';
import { halfPlaceholder, unknownPlaceholder } from '../evidence/fill-query.ts';
import { unendedIn } from '../evidence/unended-query.ts';
import { leaveNoGap } from '../freeze/no-gap.ts';
import { type Gate } from './gates/gates.ts';
import { type Policy } from './policy.ts';
import { type Step } from './steps.ts';
import { isTimeGate } from './gates/time-metric.ts';
import { isUsageGate } from './gates/usage-metric.ts';
import { valuesOfTemplate } from './templates/metric-templates.ts';

/** What of a policy no version could ever meet, or ever fail, and what to write instead. */
export interface NeverMet {
  readonly path: PropertyKey[];
  readonly detail: string;
}

type Read = Pick<Policy, 'steps' | 'gates' | 'promoteWhen'>;

/** Why no number of requests proves a gate; `null`: some does. A rate that is exactly its bound is proven by nothing. */
function unprovable(gate: Gate): readonly [field: string, detail: string] | null {
  if (isTimeGate(gate) || isUsageGate(gate)) return null;
  switch (gate.metric) {
    case 'agreement':
    case 'rank_correlation':
      return gate.min >= 1 ? ['min', 'no number of requests proves 1; ask for less, such as 0.99'] : null;
    case 'error_rate':
    case 'schema_violations':
      return 'increase' in gate.margin && gate.margin.increase === 0
        ? [
            'maxIncrease',
            'that two equal rates do not differ at all is proven by nothing; allow something, such as 0.005',
          ]
        : null;
    case 'feedback':
      return gate.by === 0
        ? [
            fieldOf(gate),
            'that two equal versions do not differ at all is proven by nothing; allow something',
          ]
        : null;
    case 'judge_win_rate':
    case 'edit_distance_mean':
    case 'embedding_distance_mean':
    case 'score_delta':
    case 'output_drift':
    case 'confidence':
    case 'input_drift':
    case 'sample_ratio':
    case 'prometheus':
    case 'http':
      return null;
  }
}

const fieldOf = ({ worse }: Gate & { readonly metric: 'feedback' }): string =>
  worse === 'lower' ? 'maxDecrease' : 'maxIncrease';

/** 10^8 values that have nothing in common with 10^8 others come to a little more, as far as they prove it. */
const LARGEST_INDEX = 30;
/** Nor does any number of requests surely prove that a share is nearer than this to its end. */
const TOO_NEAR = 0.001;

type Why = readonly [field: string, why: string] | null;

/**
 * Why no version could fail a gate, whatever it does; `null`: one could. Means without a range, and what a source says, may be anything; margins of
 * other metrics that are never exceeded do not parse.
 */
function unfailing(gate: Gate): Why {
  if (isTimeGate(gate) || isUsageGate(gate)) return null;
  if (gate.metric === 'prometheus') return unfailingNamed(gate);
  if ('margin' in gate) {
    // A multiple beside it fails what the increase does not.
    const { increase, harmRatio } = { harmRatio: undefined, increase: 0, ...gate.margin };
    return increase > 1 - TOO_NEAR && harmRatio === undefined
      ? ['maxIncrease', 'no share is more than 1 higher than another']
      : null;
  }
  if (gate.metric === 'feedback')
    return gate.values === 'proportion' && gate.by > 1 - TOO_NEAR
      ? [fieldOf(gate), 'no share is more than 1 apart from another']
      : null;
  if (gate.metric === 'agreement' && gate.min < TOO_NEAR) return ['min', 'no share is below 0'];
  if (gate.metric === 'rank_correlation' && gate.min < -1 + TOO_NEAR)
    return ['min', 'no correlation is below -1'];
  return isIndexGate(gate) && gate.max > LARGEST_INDEX
    ? ['max', `100 million values that have nothing in common have an index of about ${LARGEST_INDEX}`]
    : null;
}

type IndexGate = Gate & { readonly metric: 'output_drift' | 'confidence' | 'input_drift' };
const isIndexGate = (gate: Gate): gate is IndexGate =>
  gate.metric === 'output_drift' || gate.metric === 'confidence' || gate.metric === 'input_drift';

/** Of a named metric it is known what it can be. */
function unfailingNamed({ query, min, max }: Gate & { readonly metric: 'prometheus' }): Why {
  const { least, most } = valuesOfTemplate(query);
  if ((min ?? -Infinity) > least || (max ?? Infinity) < most) return null;
  return max === null ? ['min', `it is never below ${least}`] : ['max', `it is never above ${most}`];
}

/** One place for all that can never be met: a rollout by such a policy would only ever run out of time. */
export function neverMet({ steps, gates, promoteWhen }: Read): readonly NeverMet[] {
  const found: NeverMet[] = [];
  steps.forEach((step, i) => {
    if (step.kind === 'bake' && step.holdBack >= 10_000)
      found.push({
        path: ['steps', i, 'bake', 'holdBack'],
        detail:
          'everybody would be held back, and nobody would be left to judge the version by; hold back less',
      });
  });
  gates.forEach((gate, i) => {
    const unknown = gate.metric === 'prometheus' ? unknownPlaceholder(gate.query) : null;
    if (unknown !== null)
      found.push({
        path: ['gates', i, 'query'],
        detail: nothingStandsFor(unknown),
      });
  });
  if (promoteWhen !== 'proven') return found;
  gates.forEach((gate, i) => {
    const why = gate.dryRun ? null : unprovable(gate);
    if (why) found.push({ path: ['gates', i, why[0]], detail: why[1] });
    else if (!gate.dryRun && steps.length > 0 && !provableSomewhere(gate, steps))
      found.push({
        path: ['gates', i],
        detail:
          'it needs both arms over the same seconds, and no step has them; put a canary of less than 100% before, of everybody or of a ring',
      });
  });
  return found;
}

const nothingStandsFor = (written: string): string =>
  `nothing stands for ${written}, so it would be asked for as it is; write {{model}}, {{version}} or {{from}}`;

/** Further ones, which what was kept before anybody looked for them may have: asked of new policies only. */
export function neverMetByNew({ gates, freeze }: Pick<Policy, 'gates' | 'freeze'>): readonly NeverMet[] {
  const ofGates = gates.flatMap((gate, i): NeverMet[] => {
    const [field, why] = (gate.dryRun ? null : unfailing(gate)) ?? [];
    if (field !== undefined)
      return [
        {
          path: ['gates', i, field],
          detail: `${why}, so this gate would guard nothing; narrow it, or write dryRun: true to watch only`,
        },
      ];
    if (gate.metric === 'http' && /\{\{|%7b%7b/i.test(gate.url))
      return [
        {
          path: ['gates', i, 'url'],
          detail: 'nothing is filled into a url; model, version and from come in its query by themselves',
        },
      ];
    if (gate.metric === 'http' && !isOpenUrl(gate.url))
      return [{ path: ['gates', i, 'url'], detail: 'has a password in it, which everybody would see' }];
    if (gate.metric !== 'prometheus') return [];
    if (gate.query.trim() === '')
      return [{ path: ['gates', i, 'query'], detail: 'it is empty, so Prometheus would refuse it' }];
    const half = unknownPlaceholder(gate.query) === null ? halfPlaceholder(gate.query) : null;
    if (half !== null) return [{ path: ['gates', i, 'query'], detail: nothingStandsFor(half) }];
    const unended = unendedIn(gate.query);
    if (unended !== null)
      return [{ path: ['gates', i, 'query'], detail: `${unended}, so Prometheus would refuse it` }];
    return gate.min !== null && gate.max !== null && gate.min > gate.max
      ? [
          {
            path: ['gates', i, 'min'],
            detail: `no value is at least ${gate.min} and at most ${gate.max}: every version would be rolled back`,
          },
        ]
      : [];
  });
  return [...ofGates, ...endlessFreezes(freeze)];
}

/** Freeze windows that never close, alone or one after the other: nothing is ever promoted by such a policy, but by an override. */
function endlessFreezes(freeze: Policy['freeze']): readonly NeverMet[] {
  const alone = freeze.flatMap((window, i): NeverMet[] =>
    leaveNoGap([window])
      ? [
          {
            path: ['freeze', i],
            detail: `"${window.cron}" for ${formatDuration(window.durationMs)} never closes, so no version would ever be promoted; shorten it, or let people decide by an approval step`,
          },
        ]
      : [],
  );
  if (alone.length > 0 || !leaveNoGap(freeze)) return alone;
  const detail =
    'one of these windows opens whenever another closes, so no version would ever be promoted; leave a gap between them, or let people decide by an approval step';
  return [{ path: ['freeze'], detail }];
}

/** Gates that no step has at all are refused elsewhere. */
const provableSomewhere = (gate: Gate, steps: readonly Step[]): boolean =>
  steps.some((step) => step.kind !== 'bake' && isJudgedIn(gate, step)) ||
  !steps.some((step) => step.kind === 'canary' && gate.in.includes('canary'));
