import { agoMs, formatDuration, formatInstant, type Instant } from '#libs/kernel';
import { forAttempt } from '../budget/attempt-budget.ts';
import type { CheckResult } from '../checks/checks.ts';
import { decideBake } from './decide-bake.ts';
import { type Decision, hold } from './decision.ts';
import { elapsedIn } from './elapsed.ts';
import { trafficStepAt, type Evidence, type Profile } from '../evidence/evidence.ts';
import { frozenAt } from '../freeze/freeze.ts';
import { nextTransition } from './next-transition.ts';
import { faultOf, gateTitle, judgeGates, type GateVerdict } from '../judge/judge-gates.ts';
import { OUTPUT_SPEC_VERDICT } from '../judge/judge-readings.ts';
import { SERVED_VERDICT } from '../judge/judge-served.ts';
import { isSourceGate } from '../policy/gates/gates.ts';
import { type Policy } from '../policy/policy.ts';
import { type Step } from '../policy/steps.ts';
import { requestsSeen, sourcesToAsk, unheardSource } from '../evidence/source-word.ts';
import { isLive, type RolloutState } from './states.ts';
import { noDataIn, unmetMinimums } from './step-minima.ts';
import type { WinsorBounds } from '../judge/bounded/winsor-bounds.ts';

/** All that a decision may look at, but for the evidence and the time. */
export interface RolloutView {
  readonly state: RolloutState;
  /** Index into the policy's steps; meaningless while `pending`. */
  readonly stepIndex: number;
  /** When the step began; for a step with traffic when every live gateway had acknowledged its route. */
  readonly stepStartedAt: Instant | null;
  /** Since when no gateway has been heard of: the step's clock stands still from then on. */
  readonly clockStoppedAt: Instant | null;
  readonly policy: Policy;
  /** Is there a primary to be compared with? A model's first version has none. */
  readonly hasPrimary: boolean;
  readonly deployment: {
    readonly state: 'starting' | 'ready' | 'not_ready' | 'failed';
    readonly message: string;
  };
  /** What the checks found; `null` until they were made. */
  readonly checks: readonly CheckResult[] | null;
  /** Who has approved the present step. */
  readonly approvedBy: readonly string[];
  /** Faults of the evidence (`faultOf`) in spite of which a person has resumed it in this step; `undefined` in looks of before there were any. */
  readonly acceptedFaults?: readonly string[] | undefined;
  /** Which try of its artifact this is: what it may spend (`forAttempt`). Left out, or `null`: all, as before tries were counted. */
  readonly attempt?: number | null | undefined;
  /** Until when this very version was a good primary before; `null`: never. */
  readonly lastGoodPrimaryAt: Instant | null;
  /** What it waits for before its first step, in words; `null`: nothing. */
  readonly blockedBy: string | null;
  /** A hot fix: freeze windows do not hold it. */
  readonly overridesFreeze: boolean;
  /** It is a member of a release group, which a person moves as a whole. */
  readonly inGroup?: true | undefined;
  /** When the present step's first route was published. Until its clock has started, start periods run from then; `null`, `undefined`: they are over. */
  readonly routedAt?: Instant | null;
  /** Which gateways the present step waits for before it begins, in words. */
  readonly gatewaysBehind?: string | null;
  /** The version's training data, when a gate asks for it. */
  readonly profile?: Profile | null;
  /** Where gates that winsorise cut values off, as far as that is chosen. */
  readonly bounds?: WinsorBounds | null;
}

/**
 * The heart: what should happen to this rollout now? Pure; asking again with the same arguments
 * gives the same answer. `fail` rolls back at once, whatever the step; nothing passes without data.
 * Reasons name instants, not what is left until then: time alone changes no answer before `nextTurn`.
 */
export function decide(rollout: RolloutView, evidence: Evidence, now: Instant): Decision {
  const { state, policy, stepIndex, deployment } = rollout;
  if (!isLive(state)) return hold(`the rollout is ${state}`);
  if (deployment.state === 'failed')
    return { kind: 'rollback', because: `the version does not run: ${deployment.message}`, verdicts: [] };
  if (state === 'pending') return unlessFrozen(rollout, now, decidePending(rollout, now));

  const step = policy.steps[stepIndex];
  if (!step) return hold(`the policy has no step ${stepIndex}`);
  const traffic = trafficStepAt(policy, stepIndex);
  // An approval is judged on the traffic that flows meanwhile, and that has passed its start period.
  const inStep = traffic === stepIndex ? judgedMs(rollout, now) : Infinity;
  const verdicts =
    traffic === null
      ? []
      : judgeGates(
          forAttempt(policy, rollout.attempt ?? null),
          ...([traffic, evidence, inStep, rollout.profile ?? null, rollout.bounds ?? null] as const),
        );
  const failed = verdicts.filter((v) => v.verdict === 'fail' && !v.dryRun);
  // Harm comes first, in every state: callers meet it, whatever else is wrong with the evidence or with the world.
  const harm = failed.filter((v) => v.onFail === 'rollback').sort(worstFirst)[0];
  if (harm) return { kind: 'rollback', because: `${gateTitle(harm)}: ${harm.because}`, verdicts };
  // What is wrong with the evidence itself says nothing about the candidate: a person looks. First what hides most.
  const accepted = new Set(rollout.acceptedFaults);
  const unsound = failed
    .filter((v) => v.onFail === 'pause' && !accepted.has(faultOf(v)))
    .sort(alwaysOnLast)[0];
  if (unsound && state === 'running')
    return {
      ...{ kind: 'pause', because: `${gateTitle(unsound)}: ${unsound.because}`, verdicts },
      fault: faultOf(unsound),
    };
  // Harm is acted on even while a person has the say; everything else waits for them.
  if (state === 'paused') return hold('the rollout is paused; a person goes on', verdicts);
  const silent = state === 'running' && traffic !== null && silentSource(policy, traffic, evidence);
  if (silent) return { kind: 'pause', because: silent, verdicts };

  // In this order: a server that is not ready is said whether or not a freeze begins meanwhile, so that time alone changes nothing.
  const decision = onlyIfReady(rollout, decideStep(rollout, step, verdicts, evidence, now));
  return unlessFrozen(rollout, now, decision);
}

/** What the evidence speaks against most; segments are named by it. */
function worstFirst(a: GateVerdict, b: GateVerdict): number {
  return (b.evidence?.harm ?? 0) - (a.evidence?.harm ?? 0);
}

/** An output spec that reads nothing, and a candidate that nobody has met, hide less than traffic that is not what it should be. */
const alwaysOnLast = (a: GateVerdict, b: GateVerdict): number =>
  Number(ALWAYS_ON.has(a.gate)) - Number(ALWAYS_ON.has(b.gate));
const ALWAYS_ON: ReadonlySet<string> = new Set([OUTPUT_SPEC_VERDICT, SERVED_VERDICT]);

/**
 * How long a step has been judged, in ms: by its clock, and before that since its route was published. Some gateways serve by it from then
 * on, and what their callers meet is acted on whether or not the others ever follow. A route of a time that is still to come is as old as can be:
 * its harm is not left alone until a clock that was set back is there again.
 */
function judgedMs(rollout: RolloutView, now: Instant): number {
  if (rollout.stepStartedAt !== null) return elapsedIn(rollout, now);
  return agoMs(rollout.routedAt ?? -Infinity, now) ?? Infinity;
}

function decideStep(
  rollout: RolloutView,
  step: Step,
  verdicts: readonly GateVerdict[],
  evidence: Evidence,
  now: Instant,
): Decision {
  const { policy, stepIndex } = rollout;
  const elapsed = elapsedIn(rollout, now);
  if (step.kind === 'checks') return decideChecks(rollout);
  if (step.kind === 'approval') return decideApproval(rollout, step, verdicts, elapsed);
  if (rollout.stepStartedAt === null)
    return hold(rollout.gatewaysBehind ?? 'waiting until the gateways have acknowledged the route', verdicts);
  if (rollout.clockStoppedAt !== null)
    return hold('no gateway has been heard of; the clock of the step stands still', verdicts);
  if (step.kind === 'bake') return decideBake(rollout, step, verdicts, evidence, now);
  const accepted = new Set(rollout.acceptedFaults);
  const lacking = unmetMinimums(policy, stepIndex, step, verdicts, evidence, elapsed, now, accepted);
  if (lacking === null) {
    const inSpiteOf = verdicts.filter((v) => v.verdict === 'fail' && accepted.has(faultOf(v))).map(gateTitle);
    const because =
      inSpiteOf.length === 0
        ? 'no gate has failed and the minima are met'
        : `the minima are met; a person has gone on in spite of ${inSpiteOf.join(', ')}`;
    return nextTransition(rollout, because, verdicts);
  }
  // What is lacking may be a word that is being asked for just now: the next answer, or error, ends that.
  const behind = { stepMs: elapsed, requests: requestsSeen(step, evidence[stepIndex]) };
  const isAsking =
    lacking === unheardSource(policy, stepIndex, evidence) &&
    sourcesToAsk(policy, stepIndex, evidence, behind).length > 0;
  if (elapsed < step.maxDurationMs || isAsking) return hold(lacking, verdicts);
  // The time is over: the policy says what happens, and it is never a silent pass.
  const noData = noDataIn(policy, stepIndex, step, verdicts, evidence);
  const because = `${formatDuration(step.maxDurationMs)} are over and ${lacking}`;
  return { kind: noData ? policy.onNoData : policy.onUndecided, because, verdicts };
}

function decidePending(rollout: RolloutView, now: Instant): Decision {
  const { policy, deployment, hasPrimary, lastGoodPrimaryAt } = rollout;
  if (rollout.blockedBy !== null) return hold(rollout.blockedBy);
  if (deployment.state !== 'ready') return hold(`waiting until the version is ready: ${deployment.message}`);
  if (hasPrimary && lastGoodPrimaryAt !== null && isWithin(policy.rollbackWindowMs, lastGoodPrimaryAt, now)) {
    const because = `it was a good primary until ${formatInstant(lastGoodPrimaryAt)}, within the rollback window`;
    return { kind: 'promote', because, verdicts: [] };
  }
  const ready = { ...rollout, stepIndex: -1 };
  return nextTransition(ready, 'the version is deployed and ready', []);
}

/** Of an instant that is still to come (a clock was set back since) nobody knows how long ago it was: it opens no window. */
function isWithin(windowMs: number, since: Instant, now: Instant): boolean {
  const ago = agoMs(since, now);
  return ago !== null && ago < windowMs;
}

function decideChecks(rollout: RolloutView): Decision {
  const { checks } = rollout;
  if (checks === null) return hold('the checks are being made');
  const failed = checks.find((check) => check.outcome === 'fail');
  if (failed) return { kind: 'rollback', because: `check ${failed.check}: ${failed.because}`, verdicts: [] };
  const passed = checks.filter((check) => check.outcome === 'pass').length;
  const skipped = checks.length - passed;
  const because = `${passed} ${passed === 1 ? 'check has' : 'checks have'} passed, ${skipped} ${skipped === 1 ? 'was' : 'were'} skipped`;
  return nextTransition(rollout, because, []);
}

function decideApproval(
  rollout: RolloutView,
  step: Extract<Step, { kind: 'approval' }>,
  verdicts: readonly GateVerdict[],
  elapsed: number,
): Decision {
  const { approvedBy } = rollout;
  if (approvedBy.length >= step.approvers)
    return nextTransition(rollout, `approved by ${approvedBy.join(' and ')}`, verdicts);
  if (step.maxDurationMs !== null && elapsed >= step.maxDurationMs)
    return {
      kind: step.onTimeout,
      because: `${formatDuration(step.maxDurationMs)} are over and ${approvedBy.length} of ${step.approvers} have approved`,
      verdicts,
    };
  return hold(`waiting for approval: ${approvedBy.length} of ${step.approvers}`, verdicts);
}

/** A version whose server is not ready gets no more traffic than it has, whatever its evidence says. */
function onlyIfReady({ deployment }: RolloutView, decision: Decision): Decision {
  const goesOn = decision.kind === 'advance' || decision.kind === 'promote';
  if (!goesOn || deployment.state === 'ready') return decision;
  return hold(
    `the version is not ready: ${deployment.message}; then: ${decision.because}`,
    decision.verdicts,
  );
}

/** A freeze window stops advancing and promoting, and running out of time; never rolling back for harm. */
function unlessFrozen(rollout: RolloutView, now: Instant, decision: Decision): Decision {
  const { policy, overridesFreeze, state } = rollout;
  const bakes = state === 'baking';
  if (decision.kind === 'hold' || overridesFreeze || bakes || policy.freeze.length === 0) return decision;
  const outOfTime = decision.kind === 'rollback' || decision.kind === 'pause';
  if (outOfTime && policy.steps[rollout.stepIndex]?.kind === 'checks') return decision;
  const frozen = frozenAt(policy.freeze, now);
  if (frozen === null) return decision;
  const until = frozen.endsThen ? `until ${formatInstant(frozen.until)}` : 'with no end in sight';
  const reason = frozen.reason === '' ? '' : ` (${frozen.reason})`;
  return hold(`frozen ${until}${reason}; then: ${decision.because}`, decision.verdicts);
}

/** A metric source that has not answered for too long, in words. It neither passes nor fails anything. */
function silentSource(policy: Policy, stepIndex: number, evidence: Evidence): string | null {
  const readings = evidence[stepIndex]?.sources ?? {};
  for (const gate of policy.gates.filter((g) => isSourceGate(g) && !g.dryRun)) {
    const reading = readings[gate.name];
    if (reading && reading.consecutiveErrors >= policy.consecutiveErrors)
      return `the source of ${gate.name} did not answer ${reading.consecutiveErrors} times in a row: ${reading.because}`;
  }
  return null;
}
