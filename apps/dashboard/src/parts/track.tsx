import { Check, Circle, CircleDot, Minus, X } from 'lucide-react';
import type { Rollout } from '../queries.ts';
import { shareOf } from '#libs/rollout-view';
import { ENDED_BADLY, percent, stepsOf } from '../words.ts';

interface TrackProps {
  readonly rollout: Rollout;
  readonly isSmall?: boolean;
  /** How far the present step has come, from 0 to 1, and in words. */
  readonly progress?: { readonly share: number; readonly note: string } | null;
}

/** The steps in a row: which are done, where it stands and how far that has come, what is to come. */
export function Track({ rollout, isSmall, progress = null }: TrackProps) {
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
  const Icon = {
    done: Check,
    now: CircleDot,
    failed: X,
    next: rollout.endedAt === null ? Circle : Minus,
  };
  return (
    <ol className={isSmall ? 'track small' : 'track'} aria-label="Steps">
      {steps.map((step, i) => {
        const state = stateOf(i);
        const Mark = Icon[state];
        const fill = state === 'now' ? { width: `${100 * (progress?.share ?? 0)}%` } : undefined;
        return (
          <li key={i} className={state} aria-current={state === 'now' ? 'step' : undefined}>
            <span className="bar" aria-hidden="true">
              <span style={fill} />
            </span>
            <Mark className="icon" aria-hidden="true" />
            <span className="label">{step.label}</span>
            <span className="hidden">, {words[state]}</span>
            {state === 'now' && progress !== null && <span className="note">{progress.note}</span>}
          </li>
        );
      })}
    </ol>
  );
}

/** Who has which share of the traffic. In a ring nobody knows which share of all callers is in it; copies of a shadow answer nobody. */
export function TrafficBar({ rollout }: { rollout: Rollout }) {
  const { version, from, traffic } = rollout;
  const { share, ring } = shareOf(rollout);
  const copies = traffic?.candidate?.mode === 'shadow' ? traffic.candidate.weight : 0;
  const shown = share > 0 ? share : copies;
  const words = ring ?? (copies > 0 ? `copies of ${percent(copies)}` : percent(share));
  return (
    <div
      className="traffic"
      role="img"
      aria-label={`Version ${version} gets ${ring ?? (copies > 0 ? words : `${percent(share)} of the traffic`)}`}
    >
      <div className="split" aria-hidden="true">
        {share < 10_000 && <div className="primary" />}
        {shown > 0 && (
          <div
            className={copies > 0 && share === 0 ? 'candidate copies' : 'candidate'}
            style={{ width: `max(3px, ${shown / 100}%)` }}
          />
        )}
      </div>
      <div className="legend" aria-hidden="true">
        <span className="arm">
          version {from ?? '–'}: {ring === null ? percent(10_000 - share) : 'the others'}
        </span>
        <span className="arm on-trial">
          version {version}: {words}
        </span>
      </div>
    </div>
  );
}
