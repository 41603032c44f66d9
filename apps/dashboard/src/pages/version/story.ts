import type { PrimaryTime, Rollout } from '../../queries.ts';

/** Where a version stands, and by what rollout; `text` is a sentence without its full stop. */
export interface Story {
  readonly state: string;
  readonly text: string;
  readonly rolloutId: string | null;
}

const ENDS: Readonly<Record<string, string>> = {
  rolled_back: 'Rolled back',
  aborted: 'Stopped by a person',
  superseded: 'Given up for a newer version',
};

/**
 * What has become of a version, in words: what serves says since when, what was tried says how that ended, and why.
 * @param times when it was primary, the newest first
 * @param rollouts its rollouts, the newest first
 * @param when an instant as people read it
 */
export function storyOf(
  times: readonly Term[],
  rollouts: readonly Try[],
  when: (iso: string) => string,
): Story {
  const [[last], [newest]] = [times, rollouts];
  if (last?.until === null) {
    const proven = last.proven ? 'proven' : 'not proven yet: its bake is not over';
    const text = `Primary since ${when(last.since)}, ${proven}`;
    return { state: 'primary', text, rolloutId: last.rolloutId };
  }
  return (newest && ofTry(newest, when)) ?? (last ? ofPast(last, when) : NEVER_RELEASED);
}

type Term = Pick<PrimaryTime, 'since' | 'until' | 'wasReplaced' | 'next' | 'proven' | 'rolloutId'>;
type Try = Pick<Rollout, 'id' | 'state' | 'endedAt' | 'decision' | 'reason' | 'waitingFor'>;
const NEVER_RELEASED: Story = {
  state: 'registered',
  text: 'Registered, and never released',
  rolloutId: null,
};

/** `null`: it ended well, and what came after says more. */
function ofTry(
  { id, state, endedAt, decision, reason, waitingFor }: Try,
  when: (iso: string) => string,
): Story | null {
  const because = decision?.because ?? reason;
  if (endedAt === null) return { state, text: `On trial: ${waitingFor ?? because}`, rolloutId: id };
  const ended = ENDS[state];
  return ended === undefined
    ? null
    : { state, text: `${ended} on ${when(endedAt)}: ${because}`, rolloutId: id };
}

function ofPast({ since, until, wasReplaced, next, rolloutId }: Term, when: (iso: string) => string): Story {
  const [state, how] = wasReplaced === false ? ['taken_off', 'taken off'] : ['replaced', 'replaced'];
  const by = next === null ? '' : `, version ${next} came after it`;
  const text = `Was primary from ${when(since)} to ${when(until ?? since)}; it was ${how}${by}`;
  return { state: state ?? '', text, rolloutId };
}
