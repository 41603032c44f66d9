import type { Rollout } from '../queries.ts';
import { shareOf } from '../traffic-words.ts';
import { ENDED_BADLY, percent, stepsOf } from '../words.ts';

/** The steps in a row: which are done, where it stands, what is to come. */
export function Track({ rollout, isSmall }: { rollout: Rollout; isSmall?: boolean }) {
  const at = rollout.step?.index ?? -1;
  const steps = stepsOf(rollout.policy);
  // One that has succeeded before its last step (a first version, one that a person promoted) has steps that never ran.
  const hasSucceeded = rollout.state === 'succeeded';
  const stateOf = (i: number): 'done' | 'now' | 'failed' | 'next' => {
    if (i < at || (i === at && hasSucceeded)) return 'done';
    if (i > at) return 'next';
    return ENDED_BADLY.includes(rollout.state) ? 'failed' : 'now';
  };
  const words = {
    done: 'done',
    now: 'it is here',
    failed: 'it ended here',
    next: rollout.endedAt === null ? 'to come' : 'never ran',
  };
  return (
    <ol className={isSmall ? 'track small' : 'track'} aria-label="Steps">
      {steps.map((step, i) => (
        <li key={i} className={stateOf(i)} aria-current={stateOf(i) === 'now' ? 'step' : undefined}>
          <span className="dot" aria-hidden="true" />
          <span className="label">{step.label}</span>
          <span className="hidden">, {words[stateOf(i)]}</span>
        </li>
      ))}
    </ol>
  );
}

/** The candidate's share of the traffic. In a ring nobody knows which share of all callers is in it. */
export function TrafficBar({ rollout }: { rollout: Rollout }) {
  const { share, ring } = shareOf(rollout);
  return (
    <div
      className="traffic"
      role="img"
      aria-label={`Version ${rollout.version} gets ${ring ?? `${percent(share)} of the traffic`}`}
    >
      <div
        className="candidate"
        style={{ width: `${share / 100}%`, borderWidth: share === 0 ? 0 : undefined }}
      />
      <span>
        {rollout.from ?? '–'}: {ring === null ? percent(10_000 - share) : 'the others'} · {rollout.version}:{' '}
        {ring ?? percent(share)}
      </span>
    </div>
  );
}
