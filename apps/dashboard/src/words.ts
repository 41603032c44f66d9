import type { Rollout, Verdict } from './queries.ts';

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

export const verdictWords: Readonly<Record<Verdict['verdict'], string>> = {
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

/** What an action will do to the traffic, before somebody does it. */
export function consequenceOf(action: string, rollout: Rollout): string {
  const { version, from, policy, step } = rollout;
  const back = from === null || from === undefined ? 'no version' : `version ${from}`;
  const next = stepsOf(policy)[(step?.index ?? -1) + 1];
  const words: Record<string, string> = {
    pause:
      'The traffic stays as it is; nothing advances until somebody resumes it. Harm still rolls it back.',
    resume:
      'The step begins anew, with the traffic that it has. What it was paused for, if something is wrong with its evidence, does not pause it again in this step.',
    approve: `${approvalSoFar(rollout)} Once enough people have approved, ${next ? `it goes on to “${next.label}”` : `version ${version} becomes primary`}.`,
    reject: `Version ${version} leaves the traffic at once; ${back} serves everybody.`,
    skip: next
      ? `It goes on to “${next.label}” without waiting for what this step asks for.`
      : `Version ${version} becomes primary without waiting.`,
    promote: `Version ${version} gets all of the traffic now, without the steps that are left.`,
    abort: `Version ${version} leaves the traffic at once; ${back} serves everybody.`,
    retry: `A new rollout of version ${version} begins with the first step.`,
  };
  return words[action] ?? '';
}

/** What an approver puts their name to: who has approved this step, and what the gates say. */
function approvalSoFar({ approvals, verdicts, step }: Rollout): string {
  const by = approvals.filter((one) => one.step === step?.index).map((one) => one.by);
  const counts = Object.entries(verdictWords).flatMap(([verdict, words]) => {
    const gates = verdicts.filter((one) => one.verdict === verdict && !one.dryRun).map((one) => one.gate);
    return gates.length === 0 ? [] : [`${words}: ${[...new Set(gates)].join(', ')}`];
  });
  const gates = counts.length === 0 ? 'No gate has been judged.' : `Gates ${counts.join('; ')}.`;
  return `${by.length === 0 ? 'Nobody has approved yet.' : `Approved by ${by.join(', ')}.`} ${gates}`;
}
