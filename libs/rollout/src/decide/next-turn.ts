import { SLEW_MS, type Instant } from '#libs/kernel';
import type { RolloutView } from './decide.ts';
import { trafficStepAt } from '../evidence/evidence.ts';
import { closingTurns } from '../evidence/closed-share.ts';
import { frozenAt } from '../freeze/freeze.ts';
import { isJudgedIn } from '../budget/error-budget.ts';
import type { Gate } from '../policy/gates/gates.ts';
import type { JudgedStepKind, Step } from '../policy/steps.ts';
import { startPeriodOf } from './start-period.ts';

/**
 * When must a rollout be looked at again though nothing but time has passed? Until then `decide`
 * gives the same answer for the same rollout and evidence: an answer turns with time only where a
 * duration of the present step ends, a gate's start period ends, or a freeze window closes.
 * @returns the first such instant after `now`; `null`: time alone changes nothing
 */
export function nextTurn(rollout: RolloutView, now: Instant): Instant | null {
  const frozen = rollout.overridesFreeze ? null : frozenAt(rollout.policy.freeze, now);
  const turns = [...turnsOfStep(rollout), ...(frozen === null ? [] : [frozen.until])];
  if (rollout.state === 'pending' && rollout.lastGoodPrimaryAt !== null)
    turns.push(
      rollout.lastGoodPrimaryAt - SLEW_MS,
      rollout.lastGoodPrimaryAt + rollout.policy.rollbackWindowMs,
    );
  const ahead = turns.filter((at) => at > now);
  return ahead.length === 0 ? null : Math.min(...ahead);
}

/** The instants at which durations of the present step end, past ones too. */
function turnsOfStep({
  state,
  policy,
  stepIndex,
  stepStartedAt,
  clockStoppedAt,
}: RolloutView): readonly Instant[] {
  const step = policy.steps[stepIndex];
  if (state === 'pending' || !step || stepStartedAt === null || clockStoppedAt !== null) return [];
  const present = step;
  const at = (ms: number): Instant => stepStartedAt + ms;
  switch (step.kind) {
    case 'checks':
      return [];
    case 'approval':
      return step.maxDurationMs === null ? [] : [at(step.maxDurationMs)];
    case 'bake':
      return [at(step.durationMs), ...startPeriods('bake')];
    case 'shadow':
    case 'canary':
      return [at(step.minDurationMs), at(step.maxDurationMs), ...startPeriods(step.kind)];
  }

  function earlierOf(gate: Gate): readonly Step[] {
    return policy.steps.slice(0, stepIndex).filter((one) => isJudgedIn(gate, one));
  }

  function startPeriods(kind: JudgedStepKind): readonly Instant[] {
    if (trafficStepAt(policy, stepIndex) !== stepIndex) return [];
    return policy.gates
      .filter((gate) => gate.in.includes(kind))
      .flatMap((gate) => [
        startPeriodOf(gate, present, false),
        ...(gate.metric === 'feedback' ? closingTurns(gate, present, earlierOf(gate)) : []),
      ])
      .map(at);
  }
}
