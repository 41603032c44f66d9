import { parseDuration } from '#libs/kernel';
import type { Rollout } from '../../queries.ts';

interface Counted {
  readonly requests: number;
  readonly compared?: number;
}
/** Of the evidence of one step, what its minimum is about. */
export interface StepCounts {
  readonly step: number;
  readonly candidate: Counted;
  readonly shadow: Counted;
  readonly startPeriods?: readonly { readonly candidate: Counted; readonly shadow: Counted }[];
}
export interface StepProgress {
  /** From 0 to 1. */
  readonly share: number;
  readonly note: string;
}

/**
 * How far the step has come that a rollout is in: by what its minimum asks for, and a bake by its time.
 * @param counts of all steps, as far as they are known
 * @param now ms since 1970
 * @returns `null`: nothing tells
 */
export function stepProgress(
  { step, policy, endedAt }: Pick<Rollout, 'step' | 'policy' | 'endedAt'>,
  counts: readonly StepCounts[],
  now: number,
): StepProgress | null {
  if (!step || endedAt !== null) return null;
  const settings = settingsOf(policy, step.index);
  if (step.kind === 'bake') {
    const whole = parseDuration(String(settings['duration'] ?? ''));
    if (whole === null || whole === 0 || step.startedAt === null) return null;
    const share = within((now - Date.parse(step.startedAt)) / whole);
    return { share, note: `${Math.floor(100 * share)} % of its time` };
  }
  const least = settings['minRequests'];
  if (typeof least !== 'number' || least <= 0) return null;
  const arm = step.kind === 'shadow' ? 'shadow' : 'candidate';
  const here = counts.find((one) => one.step === step.index);
  const early = here?.startPeriods?.reduce((sum, one) => sum + one[arm].requests, 0) ?? 0;
  const seen = Math.max(0, (here?.[arm].requests ?? 0) - early);
  return {
    share: within(seen / least),
    note: `${seen.toLocaleString('en')} of ${least.toLocaleString('en')}`,
  };
}

const within = (share: number): number => Math.min(1, Math.max(0, share));

function settingsOf(policy: unknown, index: number): Readonly<Record<string, unknown>> {
  const steps = (policy as { steps?: unknown } | null)?.steps;
  const step: unknown = Array.isArray(steps) ? steps[index] : undefined;
  const [settings] = step !== null && typeof step === 'object' ? Object.values(step) : [];
  return settings !== null && typeof settings === 'object' ? (settings as Record<string, unknown>) : {};
}
