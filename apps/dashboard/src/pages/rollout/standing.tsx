import { Badge, useNow } from '../../parts/basics.tsx';
import { MoveStart } from '../../parts/start-time.tsx';
import { TrafficBar } from '../../parts/track.tsx';
import type { Rollout } from '../../queries.ts';
import { trafficWords } from '#libs/rollout-view';
import { ago, ENDED_BADLY, policyName, stepsOf } from '../../words.ts';

const DECISIONS: Readonly<Record<string, string>> = {
  hold: 'Holds',
  advance: 'Goes on',
  promote: 'Promoted',
  rollback: 'Rolled back',
  pause: 'Paused',
};

const ENDS: Readonly<Record<string, string>> = {
  succeeded: 'Proven',
  rolled_back: 'Rolled back',
  aborted: 'Aborted',
  superseded: 'Superseded',
};

/** What serves whom, why it stands where it stands, and what comes next: the three questions that somebody comes here with. */
export function Standing({ rollout }: { rollout: Rollout }) {
  const now = useNow();
  const { decision, waitingFor, reason, endedAt, queued } = rollout;
  return (
    <div className="card standing">
      <div>
        <h2>What serves</h2>
        <p>{trafficWords(rollout)}</p>
        <TrafficBar rollout={rollout} />
      </div>
      <div>
        <h2>Why</h2>
        <p className="why">
          <strong>
            {endedAt !== null
              ? `${ENDS[rollout.state] ?? rollout.state}:`
              : decision
                ? `${DECISIONS[decision.kind] ?? decision.kind}:`
                : 'Nothing is decided yet.'}
          </strong>{' '}
          {waitingFor ?? decision?.because ?? reason}
        </p>
        <p className="quiet">
          {decision ? `decided ${ago(decision.at, now)}` : `created ${ago(rollout.createdAt, now)}`} by policy{' '}
          {quoted(policyName(rollout.policy))}
        </p>
        <Tries rollout={rollout} />
      </div>
      <div>
        <h2>{endedAt === null ? 'What next' : 'How it ended'}</h2>
        {endedAt === null ? (
          <Next rollout={rollout} />
        ) : (
          <p>
            <Badge state={rollout.state} /> {ago(endedAt, now)}
          </p>
        )}
        {queued && endedAt === null && <MoveStart rollout={rollout} />}
      </div>
    </div>
  );
}

const quoted = (name: string | null): string => (name === null ? 'without a name' : `“${name}”`);

/** What comes after the present step, and what harm does. */
function Next({ rollout: { policy, step, from, version, state } }: { rollout: Rollout }) {
  const steps = stepsOf(policy);
  const next = steps[(step?.index ?? -1) + 1];
  const back = from === null ? 'nothing serves' : `version ${from} serves everybody`;
  return (
    <>
      <p>
        {state === 'baking'
          ? `Without harm until its end, version ${version} stays, and counts as proven.`
          : next
            ? `Then “${next.label}”.`
            : `Then version ${version} becomes primary.`}
      </p>
      {!ENDED_BADLY.includes(state) && step !== null && (
        <p className="quiet">With proven harm {back}, within seconds.</p>
      )}
    </>
  );
}

/** Of a version that was tried before: its error budget is not given anew. */
function Tries({ rollout: { errorBudget } }: { rollout: Rollout }) {
  const { attempt, alpha, spentBefore } = errorBudget;
  if (attempt === null || attempt < 2) return null;
  const percent = (share: number): string => `${Number((100 * share).toPrecision(2))}%`;
  return (
    <p className="quiet">
      Try {attempt} of this version: alpha {percent(alpha)} is left to it, {percent(spentBefore)} was spent
      before.
    </p>
  );
}
