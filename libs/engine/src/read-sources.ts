import {
  isSourceGate,
  trafficStepAt,
  type JudgedStepKind,
  type Policy,
  type SourceGate,
  type SourceReading,
} from '#libs/rollout';
import type { MetricSource, Stores, UnitOfWork } from './ports.ts';
import type { RolloutRecord } from './records.ts';

/** While one worker asks, no other does; a worker that died with the question is replaced after this. */
const CLAIM_MS = 30_000;
const LONGEST_BACK_OFF_MS = 10 * 60_000;

/**
 * Asks the metric sources that are due, outside any transaction, and writes down what they said.
 * A source that gives no answer is asked again after 1, 2, 4 … times its interval.
 * @returns whether any was asked
 */
export async function readSources(
  uow: UnitOfWork,
  source: MetricSource,
  rollout: RolloutRecord,
  policy: Policy,
): Promise<boolean> {
  const step = trafficStepAt(policy, rollout.stepIndex);
  const kind = step === null ? undefined : policy.steps[step]?.kind;
  if (step === null || kind === undefined) return false;
  const gates = policy.gates.filter(isSourceGate).filter((gate) => gate.in.includes(kind as JudgedStepKind));
  if (gates.length === 0) return false;
  const names = gates.map((gate) => gate.name);
  const due = await uow.run((stores) => stores.sources.claimDue(rollout.id, step, names, CLAIM_MS));
  await Promise.all(
    gates.filter((gate) => due.includes(gate.name)).map((gate) => readOne(uow, source, rollout, step, gate)),
  );
  return due.length > 0;
}

async function readOne(
  uow: UnitOfWork,
  source: MetricSource,
  { id, model, version, from }: RolloutRecord,
  step: number,
  gate: SourceGate,
): Promise<void> {
  type Answer = Awaited<ReturnType<MetricSource['read']>>;
  const answer: Answer | Error = await source
    .read(gate, { model, version, from, rolloutId: id })
    .catch((error: unknown) => (error instanceof Error ? error : new Error(String(error))));
  await uow.run(async (stores: Stores) => {
    const before = await stores.sources.find(id, step, gate.name);
    const reading = nextReading(before, answer, await stores.now());
    const backOff = 2 ** Math.min(20, Math.max(0, reading.consecutiveErrors - 1));
    const nextInMs = Math.min(Math.max(LONGEST_BACK_OFF_MS, gate.intervalMs), gate.intervalMs * backOff);
    await stores.sources.save(id, step, gate.name, reading, nextInMs);
  });
}

/** The reading after an answer, or after none. */
export function nextReading(
  before: SourceReading | null,
  answer: { outcome: 'pass' | 'fail' | 'undecided'; value: number | null; because: string } | Error,
  now: number,
): SourceReading {
  if (answer instanceof Error)
    return {
      outcome: before?.outcome ?? null,
      value: before?.value ?? null,
      because: answer.message,
      at: now,
      consecutiveFailures: before?.consecutiveFailures ?? 0,
      consecutiveErrors: (before?.consecutiveErrors ?? 0) + 1,
    };
  return {
    ...answer,
    at: now,
    consecutiveFailures: answer.outcome === 'fail' ? (before?.consecutiveFailures ?? 0) + 1 : 0,
    consecutiveErrors: 0,
  };
}
