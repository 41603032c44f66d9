import { printable } from '#libs/kernel';
import { EXIT, Exit } from './exit.ts';
import { ENDED, type Rollout } from './track.ts';

/** For how long `--wait` waits, in minutes, where nothing is said: CI's own limits end a job without a reason. */
export const WAIT_MINUTES = 180;

/** Has it ended, or does it wait for somebody? Whoever waits in CI would wait for good. */
export const needsNobodyElse = ({ state }: Pick<Rollout, 'state'>): boolean =>
  ENDED.includes(state) || state === 'awaiting_approval' || state === 'paused';

/** What the exit code says of a rollout that is watched no longer; `null`: it has succeeded. */
export function endOf(rollout: Rollout): Exit | null {
  const { id, model, version, state, decision, reason, waitingFor } = rollout;
  if (state === 'succeeded') return null;
  const why = decision?.because ?? reason;
  const line = (because: string): string => printable(`${model} ${version}: ${state}: ${because}`);
  if (state === 'superseded') return new Exit(EXIT.superseded, line(why));
  if (ENDED.includes(state)) return new Exit(EXIT.takenOff, line(why));
  const word = state === 'paused' ? 'resume' : 'approve';
  return new Exit(
    EXIT.waitsForPerson,
    `${line(waitingFor ?? why)}\nIt waits for a person: understudy rollout ${word} ${id} --reason …, or the dashboard; understudy rollout watch ${id} follows it.`,
  );
}
