import { ALL, formatDuration } from '#libs/kernel';
import { isJudgedIn } from '../budget/error-budget.ts';
import { type Gate, isSourceGate, type SourceGate } from './gates/gates.ts';
import { heldBackTwice } from './hold-back.ts';
import type { NeverMet } from './never-met.ts';
import type { Policy } from './policy.ts';
import type { Step } from './steps.ts';

/** A rollout is looked at once a second: what lasts less is over before anything of it was seen. */
const LEAST_MS = 1_000;
/** More held back than this is no promotion: fewer callers than the default holds back would have the new primary. */
const MOST_HELD_BACK = 9_500;
/** What is asked or answered last has no feedback yet, whatever comes of it: no share so near to all is reached while callers call. */
const MOST_REPORTED = 0.999;

type Read = Pick<Policy, 'steps' | 'gates'>;

/** Times, shares and counts of a policy that leave no time, or nobody, for what it asks: of new policies only. */
export const neverInTime = ({ steps, gates }: Read): readonly NeverMet[] => [
  ...steps.flatMap((step, i) =>
    ofStep(step, steps).map(([field, detail]) => at(['steps', i, step.kind], field, detail)),
  ),
  ...gates.flatMap((gate, i) =>
    gate.dryRun ? [] : ofGate(gate, steps).map(([field, detail]) => at(['gates', i], field, detail)),
  ),
];

const at = (path: PropertyKey[], field: string, detail: string): NeverMet => ({
  path: [...path, field],
  detail,
});

type Found = readonly (readonly [field: string, detail: string])[];

function ofStep(step: Step, steps: readonly Step[]): Found {
  switch (step.kind) {
    case 'checks':
      return [];
    case 'shadow':
    case 'canary':
      return step.maxDurationMs < LEAST_MS
        ? [['maxDuration', 'it would be over before its first request was seen; give it 1s or more']]
        : [];
    case 'approval':
      return step.maxDurationMs !== null && step.maxDurationMs < LEAST_MS
        ? [['maxDuration', 'nobody approves in less than 1s; give them time']]
        : [];
    case 'bake':
      return ofBake(step, steps);
  }
}

function ofBake({ durationMs, holdBack }: Step & { readonly kind: 'bake' }, steps: readonly Step[]): Found {
  const short = 'nothing is seen in less than 1s; give it time, or leave the bake out';
  const many =
    heldBackTwice(holdBack, steps) ??
    (holdBack > MOST_HELD_BACK && holdBack < ALL
      ? 'hardly anybody would be left to judge the version by; hold back 95% at most, and better a few'
      : null);
  return [
    ...(durationMs < LEAST_MS ? ([['duration', short]] as const) : []),
    ...(many === null ? [] : ([['holdBack', many]] as const)),
  ];
}

function ofGate(gate: Gate, steps: readonly Step[]): Found {
  if (isSourceGate(gate)) return neverBadEnough(gate, steps);
  return gate.metric === 'feedback' && gate.maturity > MOST_REPORTED
    ? [
        [
          'maturity',
          'feedback comes after the answer, so never all requests have it; ask for less, such as 0.95',
        ],
      ]
    : [];
}

/** So many bad readings in a row that no step lasts until the last of them: whatever the source says, the gate never fails. */
function neverBadEnough(gate: SourceGate, steps: readonly Step[]): Found {
  const asked = steps.flatMap((step, i) => (isJudgedIn(gate, step) ? [longest(steps, i)] : []));
  const takes = (gate.consecutiveFailures - 1) * gate.intervalMs;
  const most = Math.max(...asked);
  if (asked.length === 0 || takes <= most) return [];
  const detail = `${gate.consecutiveFailures} bad readings, one each ${formatDuration(gate.intervalMs)}, take ${formatDuration(takes)}, and no step in which it is asked lasts longer than ${formatDuration(most)}: it would never fail; ask for fewer, or more often`;
  return [['consecutiveFailures', detail]];
}

/**
 * How long a step's traffic flows at most, in ms: also through the approvals behind it, for which `Infinity` may be no end. Nor has a bake one whose source
 * answers badly: a bad reading is no last word, and it goes on until the next.
 */
function longest(steps: readonly Step[], stepIndex: number): number {
  let ms = 0;
  for (const [i, step] of steps.entries()) {
    if (i < stepIndex) continue;
    if (i > stepIndex && step.kind !== 'approval') break;
    if (step.kind === 'bake') ms = Infinity;
    else if (step.kind !== 'checks') ms += step.maxDurationMs ?? Infinity;
  }
  return ms;
}
