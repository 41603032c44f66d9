import type { Decision, RolloutState } from '#libs/rollout';
import type { RolloutRecord } from '../ports/records.ts';
import type { GroupRecord } from './records.ts';

/*
 * What members of a release group do together, and nothing else: they become primary in one transaction (`promote`), and
 * their bakes end as succeeded in one transaction (`finish`). Everything before that is each one's own (ADR 29). Pure.
 */
export type Crossing = 'promote' | 'finish';

/** Which of the two a decision is, for a rollout in this state; `null`: neither. */
export function crossingOf(decision: Pick<Decision, 'kind'>, state: RolloutState): Crossing | null {
  if (decision.kind === 'promote') return 'promote';
  return decision.kind === 'advance' && state === 'baking' ? 'finish' : null;
}

/** Is a member past it already? An admin may have made one version primary by itself. */
export const isPast = ({ state }: Pick<RolloutRecord, 'state'>, crossing: Crossing): boolean =>
  state === 'succeeded' || (crossing === 'promote' && state === 'baking');

const FAILED = new Set<RolloutState>(['rolled_back', 'aborted', 'superseded']);
/** A reason is quoted so far; whose it is says the whole. */
const MOST_QUOTED = 300;

/** How the others' reasons begin that go back because of this one. */
const nameOf = ({ model, version }: Pick<RolloutRecord, 'model' | 'version'>): string =>
  `${model} ${version}, of the same release group, was `;

/**
 * Why all of a group must go back, in words: the first of its members that has ended without being primary; `null`: none has. Those that went
 * back because of another one say so, and are not the first, whatever the clock said when they ended.
 */
export function whatBroke({ members }: Pick<GroupRecord, 'members'>): string | null {
  const failed = members.filter(({ state, endedAt }) => endedAt !== null && FAILED.has(state));
  const followed = ({ decision }: RolloutRecord): boolean =>
    failed.some((other) => decision?.because.startsWith(nameOf(other)));
  const [first] = failed.sort(
    (a, b) => Number(followed(a)) - Number(followed(b)) || Number(a.endedAt) - Number(b.endedAt),
  );
  if (!first) return null;
  const { state, decision } = first;
  return `${nameOf(first)}${state.replace('_', ' ')}: ${(decision?.because ?? '').slice(0, MOST_QUOTED)}`;
}

/** What became of a group. */
export type GroupState = 'live' | 'succeeded' | 'rolled_back';

/** `succeeded`: each of its versions is, or was, a proven primary; `rolled_back`: none of those that were still on their way became one. */
export function groupState({ members }: Pick<GroupRecord, 'members'>): GroupState {
  if (members.some(({ endedAt }) => endedAt === null)) return 'live';
  return members.every(({ state }) => state === 'succeeded') ? 'succeeded' : 'rolled_back';
}
