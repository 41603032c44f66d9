import { formatDuration, type Instant } from '#libs/kernel';
import type { RolloutView } from './decide.ts';
import { elapsedIn } from './elapsed.ts';
import { trafficStepAt, type Evidence } from '../evidence/evidence.ts';
import { requestsSeen } from '../evidence/source-word.ts';
import { isLive } from './states.ts';

type Standing = Pick<RolloutView, 'state' | 'policy' | 'stepIndex' | 'stepStartedAt' | 'clockStoppedAt'>;

/**
 * Why nothing moves, in one sentence for people: what the last look said, and about how long it takes at the present rate
 * until the step has seen enough. Unlike a decision's reason it turns with every second, so it is made when it is read.
 * @param because of the last decision; `null`: nobody has looked yet
 * @param seen what was counted since the step's clock began, and when it is read; `null` (after a resume, say): nothing is
 *   said of how long
 * @returns `null` when the rollout has ended
 */
export function waitingFor(
  rollout: Standing,
  because: string | null,
  seen: { readonly evidence: Evidence; readonly now: Instant } | null = null,
): string | null {
  if (!isLive(rollout.state)) return null;
  if (because === null) return 'nobody has looked at it yet';
  // Anything else that it waits for does not come by requests.
  const leftMs =
    seen && LACKS_REQUESTS.test(because) ? timeToMinimum(rollout, seen.now, seen.evidence) : null;
  return leftMs === null ? because : `${because}, about ${formatDuration(leftMs)} at the present rate`;
}

/** As `step-minima.ts` says it. */
const LACKS_REQUESTS = /^\d+ of \d+ (requests seen|compared)/;

/** Until the step has the requests that it asks for, in ms, rounded for people; `null`: it has them, or nobody can say. */
function timeToMinimum(rollout: Standing, now: Instant, evidence: Evidence): number | null {
  const { state, policy, stepIndex } = rollout;
  const step = policy.steps[stepIndex];
  if (state !== 'running' || rollout.clockStoppedAt !== null) return null;
  if (step?.kind !== 'shadow' && step?.kind !== 'canary') return null;
  if (trafficStepAt(policy, stepIndex) !== stepIndex) return null;
  const seen = requestsSeen(step, evidence[stepIndex]);
  const elapsed = elapsedIn(rollout, now);
  if (seen === 0 || seen >= step.minRequests || elapsed === 0) return null;
  return rounded(((step.minRequests - seen) / seen) * elapsed);
}

/** To 10 s, minutes, hours or days: more would be a promise. */
function rounded(ms: number): number {
  const unit = UNITS.find(({ upTo }) => ms < upTo)?.unit ?? DAY;
  return Math.max(1, Math.round(ms / unit)) * unit;
}

const [SECOND, MINUTE, HOUR, DAY] = [1_000, 60_000, 3_600_000, 86_400_000] as const;
const UNITS = [
  { upTo: 100 * SECOND, unit: 10 * SECOND },
  { upTo: 100 * MINUTE, unit: MINUTE },
  { upTo: 2 * DAY, unit: HOUR },
] as const;
