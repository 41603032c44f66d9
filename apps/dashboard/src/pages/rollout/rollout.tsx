import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { Badge, Load, useNow } from '../../parts/basics.tsx';
import { EmbeddedPairs } from '../../parts/embedded-pairs.tsx';
import { JudgedPairs } from '../../parts/judged-pairs.tsx';
import { ReleaseGroup } from '../../parts/groups/release-group.tsx';
import { Samples } from '../../parts/samples.tsx';
import { Track } from '../../parts/track.tsx';
import { evidenceQuery, type Rollout, rolloutQuery } from '../../queries.ts';
import { Actions } from './actions.tsx';
import { Checks } from './checks.tsx';
import { Counts } from './counts.tsx';
import { Distributions } from './distributions.tsx';
import { Gates } from './gates.tsx';
import { History } from './history.tsx';
import { Share } from './share.tsx';
import { Servers } from './servers.tsx';
import { Standing } from './standing.tsx';
import { type StepCounts, stepProgress } from './step-progress.ts';

export function RolloutPage({ id }: { id: string }) {
  const rollout = useQuery(rolloutQuery(id));
  return <Load query={rollout}>{(found) => <Shown rollout={found} />}</Load>;
}

function Shown({ rollout }: { rollout: Rollout }) {
  const { id, model, version, from } = rollout;
  const isLive = rollout.endedAt === null;
  return (
    <>
      <p className="crumbs">
        <Link href="/">Overview</Link> / <Link href={`/models/${encodeURIComponent(model)}`}>{model}</Link> /
        rollout
      </p>
      <div className="headline">
        <h1>
          {model} <span className="quiet">{from ?? '–'} →</span> {version}
        </h1>
        <Badge state={rollout.state} />
        <Actions rollout={rollout} />
        <Share id={id} name={`${model} ${version}`} />
      </div>
      {isLive ? <Going rollout={rollout} /> : <Track rollout={rollout} />}
      {isLive && <Servers rollout={rollout} />}
      <Standing rollout={rollout} />
      {rollout.groupId !== null && <ReleaseGroup id={rollout.groupId} own={id} />}
      <Gates rollout={rollout} />
      <Distributions rollout={rollout} />
      <Samples id={id} isLive={isLive} />
      <JudgedPairs id={id} isLive={isLive} />
      <EmbeddedPairs id={id} isLive={isLive} />
      <Counts id={id} isLive={isLive} />
      <Checks rollout={rollout} />
      <History rollout={rollout} />
    </>
  );
}

/** The steps while the present one fills up, each second. */
function Going({ rollout }: { rollout: Rollout }) {
  const now = useNow(1_000);
  const counts = useQuery(evidenceQuery(rollout.id, true)).data as readonly StepCounts[] | undefined;
  return <Track rollout={rollout} progress={stepProgress(rollout, counts ?? [], now)} />;
}
