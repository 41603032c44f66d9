import { agoMs, SLEW_MS, type Instant } from '#libs/kernel';
import {
  elapsedIn,
  leastBehind,
  requestsSeen,
  sourcesIn,
  sourcesToAsk,
  trafficStepAt,
  type Behind,
  type Evidence,
  type Policy,
  type RolloutView,
  type SourceGate,
  type SourceReading,
} from '#libs/rollout';
import type { MetricSource, Stores, UnitOfWork } from '../ports/ports.ts';
import type { RolloutRecord } from '../ports/records.ts';

/** While one worker asks, no other does; a worker that died with the question is replaced after this. */
const CLAIM_MS = 30_000;
const LONGEST_BACK_OFF_MS = 10 * 60_000;

/** What of a rollout says which sources are to be asked. */
export interface Asking {
  readonly view: Pick<RolloutView, 'policy' | 'stepIndex' | 'stepStartedAt' | 'clockStoppedAt'>;
  readonly evidence: Evidence;
  readonly now: Instant;
}

/** What the step whose traffic flows has behind it. An approval comes after a step that had all it needs. */
function behindOf({ view, evidence, now }: Asking): { step: number; behind: Behind } | null {
  const step = trafficStepAt(view.policy, view.stepIndex);
  const traffic = step === null ? undefined : view.policy.steps[step];
  if (step === null || !traffic) return null;
  if (step !== view.stepIndex) {
    const behind = leastBehind(traffic);
    return behind && { step, behind };
  }
  return {
    step,
    behind: { stepMs: elapsedIn(view, now), requests: requestsSeen(traffic, evidence[step]) },
  };
}

/**
 * The sources whose last word is from before the step's minima were behind it, or of a time that is still to come (a clock was set back since):
 * they are asked at once.
 */
export function hurriedSources(asking: Asking): readonly string[] {
  const at = behindOf(asking);
  if (!at) return [];
  const { view, evidence, now } = asking;
  const words = evidence[at.step]?.sources ?? {};
  const ahead = gatesOf(view.policy, at.step).filter(({ name }) => (words[name]?.at ?? now) > now + SLEW_MS);
  return [
    ...new Set([
      ...sourcesToAsk(view.policy, at.step, evidence, at.behind),
      ...ahead.map(({ name }) => name),
    ]),
  ];
}

/**
 * Asks the metric sources that are due, outside any transaction, and writes down what they said.
 * A source that gives no answer is asked again after 1, 2, 4 … times its interval.
 * @returns whether any was asked
 */
export async function readSources(
  uow: UnitOfWork,
  source: MetricSource,
  rollout: RolloutRecord,
  asking: Asking,
): Promise<boolean> {
  const at = behindOf(asking);
  const gates = at ? gatesOf(asking.view.policy, at.step) : [];
  if (!at || gates.length === 0) return false;
  const names = gates.map((gate) => gate.name);
  const hurried = hurriedSources(asking);
  const due = await uow.run((stores) =>
    stores.sources.claimDue(rollout.id, at.step, { gates: names, hurried }, CLAIM_MS),
  );
  await Promise.all(
    gates.filter((gate) => due.includes(gate.name)).map((gate) => readOne(uow, source, rollout, at, gate)),
  );
  return due.length > 0;
}

const gatesOf = (policy: Policy, stepIndex: number): readonly SourceGate[] => {
  const step = policy.steps[stepIndex];
  return step ? sourcesIn(policy, step) : [];
};

async function readOne(
  uow: UnitOfWork,
  source: MetricSource,
  { id, model, version, from, stepStartedAt, revision }: RolloutRecord,
  { step, behind }: { readonly step: number; readonly behind: Behind },
  gate: SourceGate,
): Promise<void> {
  type Answer = Awaited<ReturnType<MetricSource['read']>>;
  const answer: Answer | Error = await source
    .read(gate, { model, version, from, rolloutId: id })
    .catch((error: unknown) => (error instanceof Error ? error : new Error(String(error))));
  await uow.run(async (stores: Stores) => {
    const before = await stores.sources.findForUpdate(id, step, gate.name);
    // Where a person has moved the rollout meanwhile (a resume), or its step's clock began anew, the answer is from before it.
    const present = await stores.rollouts.find(id);
    const isSameClock = present?.stepStartedAt === stepStartedAt && present.revision === revision;
    const asked = isSameClock ? behind : NOTHING_BEHIND;
    const after = nextReading(before, answer, {
      asked,
      intervalMs: gate.intervalMs,
      now: await stores.now(),
    });
    // Nor is a silence of before it held against the time after it.
    const isOldSilence = answer instanceof Error && !isSameClock;
    const reading = isOldSilence ? { ...after, consecutiveErrors: before?.consecutiveErrors ?? 0 } : after;
    const backOff = 2 ** Math.min(20, Math.max(0, reading.consecutiveErrors - 1));
    const nextInMs = Math.min(Math.max(LONGEST_BACK_OFF_MS, gate.intervalMs), gate.intervalMs * backOff);
    await stores.sources.save(id, step, gate.name, reading, nextInMs);
  });
}

const NOTHING_BEHIND: Behind = { stepMs: 0, requests: 0 };

/** The reading after an answer, or after none. `asked`: what the step had behind it when the question was put. */
export function nextReading(
  before: SourceReading | null,
  answer: { outcome: SourceReading['outcome']; value: number | null; because: string } | Error,
  { asked, intervalMs, now }: { readonly asked: Behind; readonly intervalMs: number; readonly now: Instant },
): SourceReading {
  if (answer instanceof Error)
    return {
      outcome: before?.outcome ?? null,
      value: before?.value ?? null,
      because: answer.message,
      at: now,
      ...(before?.asked ? { asked: before.asked } : {}),
      consecutiveFailures: before?.consecutiveFailures ?? 0,
      consecutiveErrors: (before?.consecutiveErrors ?? 0) + 1,
    };
  return {
    ...answer,
    at: now,
    asked,
    consecutiveFailures: answer.outcome === 'fail' ? failuresAfter(before, intervalMs, now) : 0,
    consecutiveErrors: 0,
  };
}

/** One blip that is looked at twice (a question out of turn) is one bad reading. */
function failuresAfter(before: SourceReading | null, intervalMs: number, now: Instant): number {
  if (!before || before.consecutiveFailures === 0) return 1;
  const ago = agoMs(before.at, now);
  return before.consecutiveFailures + (ago !== null && ago < intervalMs ? 0 : 1);
}
