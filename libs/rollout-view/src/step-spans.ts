import { stepsOf } from './words.ts';

/** A step as it was gone through. */
export interface StepSpan {
  readonly label: string;
  readonly from: number;
  /** `null`: it lasts. */
  readonly to: number | null;
}

interface Told {
  readonly at: string;
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/**
 * From when to when a rollout was in each of its steps.
 * @param events in the order in which they happened
 * @param endedAt when the rollout ended; `null`: it lasts
 */
export function stepSpans(
  policy: unknown,
  events: readonly Told[],
  endedAt: string | null,
): readonly StepSpan[] {
  const labels = stepsOf(policy).map(({ label }) => label);
  const begun: { index: number; at: number }[] = [];
  for (const { at, type, data } of events) {
    const step = data['step'];
    if (!['rollout.advanced', 'rollout.step_started'].includes(type) || typeof step !== 'number') continue;
    if (step > (begun.at(-1)?.index ?? -1)) begun.push({ index: step, at: Date.parse(at) });
  }
  const end = endedAt === null ? null : Date.parse(endedAt);
  return begun.map(({ index, at }, i) => ({
    label: labels[index] ?? `step ${index + 1}`,
    from: at,
    to: begun[i + 1]?.at ?? end,
  }));
}
