/** What a gate's verdict is. */
export type VerdictWord = 'pass' | 'fail' | 'undecided' | 'no_data';

/** A share as people write it. @param basisPoints 1 is 0.01 % */
export const percent = (basisPoints: number): string => `${Number((basisPoints / 100).toFixed(2))} %`;

export const number = (value: number | null | undefined): string =>
  value === null || value === undefined
    ? '–'
    : Math.abs(value) >= 1_000
      ? Math.round(value).toLocaleString('en')
      : String(Number(value.toPrecision(3)));

export function ago(iso: string | null | undefined, now: number): string {
  if (!iso) return '–';
  const seconds = Math.max(0, Math.round((now - Date.parse(iso)) / 1_000));
  if (seconds < 60) return `${seconds} s ago`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3_600)} h ago`;
  return new Date(iso).toISOString().slice(0, 10);
}

export const stateWords = (state: string): string => state.replaceAll('_', ' ');

/** Ends in which the version has not become primary, or not for long. */
export const ENDED_BADLY: readonly string[] = ['rolled_back', 'aborted', 'superseded'];

/** How a state looks: what is good, what is bad, what waits for somebody. */
export function toneOf(state: string): 'good' | 'bad' | 'wait' | 'live' | 'quiet' {
  if (['succeeded', 'primary', 'pass', 'active', 'delivered', 'ready'].includes(state)) return 'good';
  if (['rolled_back', 'aborted', 'fail', 'dead', 'disabled', 'not_ready', 'failed'].includes(state))
    return 'bad';
  if (['paused', 'awaiting_approval', 'undecided', 'waiting', 'starting'].includes(state)) return 'wait';
  if (['running', 'baking', 'pending', 'candidate'].includes(state)) return 'live';
  return 'quiet';
}

export const verdictWords: Readonly<Record<VerdictWord, string>> = {
  pass: 'within its margin',
  fail: 'worse than allowed',
  undecided: 'not sure yet',
  no_data: 'no data yet',
};

export interface StepShown {
  readonly kind: string;
  readonly label: string;
}

/** The steps of a frozen policy document, as its author wrote them. */
export function stepsOf(policy: unknown): readonly StepShown[] {
  const steps = (policy as { steps?: unknown } | null)?.steps;
  if (!Array.isArray(steps)) return [];
  return steps.map((step: unknown) => {
    const [kind = '', settings] =
      typeof step === 'string' ? [step, {}] : (Object.entries((step ?? {}) as object)[0] ?? []);
    const { weight, sample, duration, segment, segments, percentage } = (settings ?? {}) as Record<
      string,
      unknown
    >;
    const names = segment ?? (Array.isArray(segments) ? segments.join(', ') : undefined);
    const ring =
      names === undefined ? undefined : `${String(names)} (${String(percentage ?? '50%')} of them)`;
    const more = ring ?? weight ?? (kind === 'shadow' ? (sample ?? '100%') : duration);
    return { kind, label: more === undefined ? kind : `${kind} ${String(more)}` };
  });
}

/** The name that its author gave a policy; `null`: none. */
export function policyName(policy: unknown): string | null {
  const { name } = (policy ?? {}) as { name?: unknown };
  return typeof name === 'string' ? name : null;
}
