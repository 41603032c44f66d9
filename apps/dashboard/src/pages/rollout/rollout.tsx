import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { Badge, Load, useNow } from '../../parts/basics.tsx';
import { EmbeddedPairs } from '../../parts/embedded-pairs.tsx';
import { JudgedPairs } from '../../parts/judged-pairs.tsx';
import { ReleaseGroup } from '../../parts/release-group.tsx';
import { Samples } from '../../parts/samples.tsx';
import { MoveStart } from '../../parts/start-time.tsx';
import { Track, TrafficBar } from '../../parts/track.tsx';
import { type Rollout, rolloutQuery } from '../../queries.ts';
import { trafficWords } from '../../traffic-words.ts';
import { ago } from '../../words.ts';
import { Actions } from './actions.tsx';
import { Checks } from './checks.tsx';
import { Counts } from './counts.tsx';
import { Gates } from './gates.tsx';
import { History } from './history.tsx';
import { Servers } from './servers.tsx';

export function RolloutPage({ id }: { id: string }) {
  const rollout = useQuery(rolloutQuery(id));
  return <Load query={rollout}>{(found) => <Shown rollout={found} />}</Load>;
}

function Shown({ rollout }: { rollout: Rollout }) {
  const { id, model, version, from } = rollout;
  const now = useNow();
  return (
    <>
      <p className="crumbs">
        <Link href="/">Overview</Link> / <Link href={`/models/${encodeURIComponent(model)}`}>{model}</Link> /
        rollout
      </p>
      <div className="row">
        <h1>
          {model} <span className="quiet">{from ?? '–'} →</span> {version}
        </h1>
        <Badge state={rollout.state} />
      </div>
      <p className="lead">{trafficWords(rollout)}</p>
      {rollout.endedAt === null && <Servers rollout={rollout} />}
      <Track rollout={rollout} />
      <TrafficBar rollout={rollout} />
      {rollout.groupId !== null && <ReleaseGroup id={rollout.groupId} own={id} />}
      <div className="card now">
        <p>
          <strong>
            {rollout.decision ? `Decision: ${rollout.decision.kind}.` : 'Nothing is decided yet.'}
          </strong>{' '}
          {rollout.waitingFor ?? rollout.decision?.because ?? rollout.reason}{' '}
          <span className="quiet">{ago(rollout.decision?.at, now)}</span>
        </p>
        <Tries rollout={rollout} />
        <Actions rollout={rollout} />
        {rollout.queued && rollout.endedAt === null && <MoveStart rollout={rollout} />}
      </div>
      <Gates rollout={rollout} />
      <Checks rollout={rollout} />
      <JudgedPairs id={id} isLive={rollout.endedAt === null} />
      <EmbeddedPairs id={id} isLive={rollout.endedAt === null} />
      <Counts id={id} isLive={rollout.endedAt === null} />
      <Samples id={id} isLive={rollout.endedAt === null} />
      <History id={id} />
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
