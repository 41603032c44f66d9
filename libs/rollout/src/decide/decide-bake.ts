import { formatDuration, formatInstant, type Instant } from '#libs/kernel';
import { type Uncompared, whatBakeDidNotCompare } from './bake-comparison.ts';
import { type Decision, hold } from './decision.ts';
import { elapsedIn, type StepClock } from './elapsed.ts';
import type { Evidence, Profile, StepEvidence } from '../evidence/evidence.ts';
import { gateTitle, type GateVerdict } from '../judge/judge-gates.ts';
import { isRelative, isSourceGate } from '../policy/gates/gates.ts';
import { type Policy } from '../policy/policy.ts';
import { type Step } from '../policy/steps.ts';
import { isUncounted } from '../policy/uncounted-steps.ts';
import { uncountedRings } from './rings.ts';
import { isSilent, requestsSeen, sourcesIn, unheardSource } from '../evidence/source-word.ts';

type Bake = Extract<Step, { kind: 'bake' }>;

/** What is noted among a rollout's accepted faults of its bake when a person, and not its gates, made the version primary. */
export const MADE_PRIMARY_BY_HAND = 'not compared: a person made it primary';

/** How a person ends a bake that its policy leaves to one. */
const waysOut = (inGroup: boolean): string =>
  `it ends when that comes, or by a person: ${inGroup ? 'finish of its release group keeps the new primaries' : 'skip keeps the new primary'}, abort goes back`;

interface Baking extends StepClock {
  readonly policy: Policy;
  readonly stepIndex: number;
  readonly acceptedFaults?: readonly string[] | undefined;
  readonly inGroup?: true | undefined;
  readonly profile?: Profile | null;
}

/**
 * What becomes of a bake in which no harm is proven. It lasts its `duration`, and then it ends, whatever was seen:
 *
 * - where it has compared, or holds nobody back by its policy, and no gate has failed: well;
 * - where a person made the version primary: well, and it says what could not be compared;
 * - where a gate has failed that rolls nothing back (it is compared with the time before, which may have been a better hour for everybody): for a
 *   person, whatever the policy says of the undecided;
 * - else `onNoData` or `onUndecided` of the policy decide. Their `pause` leaves it baking, watched, until what is lacking comes or a
 *   person ends it.
 *
 * It goes on only while a metric source is being asked for its last word. (No start period is left then: none takes more than half of a bake.)
 */
export function decideBake(
  rollout: Baking,
  step: Bake,
  verdicts: readonly GateVerdict[],
  evidence: Evidence,
  now: Instant,
): Decision {
  const { policy, stepIndex } = rollout;
  const elapsed = elapsedIn(rollout, now);
  if (elapsed < step.durationMs)
    return hold(`baking until ${formatInstant(now + step.durationMs - elapsed)}`, verdicts);
  const over = `${formatDuration(step.durationMs)} of bake are over`;
  const unheard = unheardSource(policy, stepIndex, evidence);
  if (unheard !== null && isBeingAsked(policy, step, evidence[stepIndex]))
    return hold(`${over}, and it goes on: ${unheard}`, verdicts);
  const uncompared =
    nobodyCalled(policy, stepIndex, step, verdicts, evidence) ??
    whatBakeDidNotCompare(policy, stepIndex, verdicts, evidence, elapsed, rollout.profile ?? null);
  const isByHand = rollout.acceptedFaults?.includes(MADE_PRIMARY_BY_HAND) === true;
  const failed = isByHand ? null : whatFailed(verdicts);
  if (failed !== null) {
    const because = `${over} and ${failed}; ${waysOut(rollout.inGroup === true)}`;
    return { kind: 'pause', because, verdicts };
  }
  const lacking = unheard ?? (isByHand ? null : uncompared?.why) ?? null;
  if (lacking === null) {
    const because = wordsOfEnd(policy, step, verdicts, uncompared?.why ?? null);
    return { kind: 'advance', toStep: stepIndex + 1, because, verdicts };
  }
  const noData = isSilent(policy, stepIndex, evidence) || uncompared?.noData === true;
  const kind = noData ? policy.onNoData : policy.onUndecided;
  const because = `${over} and ${lacking}${kind === 'pause' ? `; ${waysOut(rollout.inGroup === true)}` : ''}`;
  return { kind, because, verdicts };
}

/** Is there a source whose next answer, or error, is awaited? One that fails to answer as often as the policy bears, or knows nothing, is not. */
function isBeingAsked(policy: Policy, step: Step, here: StepEvidence | undefined): boolean {
  return sourcesIn(policy, step)
    .filter(({ dryRun }) => !dryRun)
    .every(({ name }) => {
      const reading = here?.sources[name];
      if (reading === undefined) return true;
      if (reading.consecutiveErrors > 0) return reading.consecutiveErrors < policy.consecutiveErrors;
      return reading.outcome !== null;
    });
}

/**
 * No harm is found where nobody looks, and nothing is proven of a version that nobody has used: also where no gate looks at its callers.
 * `null`: somebody has called, or nobody knows: only metric sources judge, who have callers of their own, or callers are counted elsewhere
 * (`isUncounted`).
 */
function nobodyCalled(
  policy: Policy,
  stepIndex: number,
  step: Bake,
  verdicts: readonly GateVerdict[],
  evidence: Evidence,
): Uncompared | null {
  if (policy.steps.some(isUncounted)) return null;
  const sources = new Set(policy.gates.filter(isSourceGate).map((gate) => gate.name));
  const onCallers = verdicts.some((v) => v.segment === null && !v.dryRun && !sources.has(v.gate));
  const bySources = !onCallers && sourcesIn(policy, step).some(({ dryRun }) => !dryRun);
  if (bySources || requestsSeen({ kind: 'bake' }, evidence[stepIndex]) > 0) return null;
  const rings = uncountedRings(policy, stepIndex).join(', ');
  const who = rings === '' ? 'nobody' : `nobody outside ${rings}, whose requests do not count,`;
  return { why: `${who} has called since the version became primary`, noData: true };
}

/** Gates that act, and have failed: harm that is proven is no proof of the version. `null`: none has. */
function whatFailed(verdicts: readonly GateVerdict[]): string | null {
  const failing = verdicts.filter((v) => v.verdict === 'fail' && !v.dryRun && v.segment === null);
  return failing[0] === undefined
    ? null
    : `${failing.map(gateTitle).join(', ')} failed, which rolls nothing back (${failing[0].because})`;
}

/** How a bake ended: what was found, and no more than was looked for. */
function wordsOfEnd(
  policy: Policy,
  { durationMs }: Bake,
  verdicts: readonly GateVerdict[],
  uncompared: string | null,
): string {
  const over = `${formatDuration(durationMs)} of bake`;
  const acting = verdicts.filter((v) => !v.dryRun && v.segment === null);
  const failed = whatFailed(verdicts);
  if (failed !== null) return `${over} are over; a person made it primary, and ${failed}`;
  if (uncompared !== null)
    return `${over} are over; a person made it primary, and nothing could be compared: ${uncompared}`;
  const relative = new Set(policy.gates.filter(isRelative).map((gate) => gate.name));
  const comparing = acting.filter((v) => relative.has(v.gate));
  const blind = comparing.every((v) => v.verdict === 'no_data') ? comparing[0] : undefined;
  return blind
    ? `${over} are over; nothing could be compared: ${blind.gate}: ${blind.because}`
    : `no harm was found in ${over}`;
}
