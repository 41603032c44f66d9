import { stepsOf, verdictWords } from '#libs/rollout-view';
import type { Rollout } from './queries.ts';

export {
  ago,
  ENDED_BADLY,
  number,
  percent,
  policyName,
  stateWords,
  stepsOf,
  toneOf,
  verdictWords,
} from '#libs/rollout-view';

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
