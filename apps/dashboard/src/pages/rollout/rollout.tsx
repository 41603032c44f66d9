import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import { Link, useSearchParams } from 'wouter';
import { Badge, Load, useNow } from '../../parts/basics.tsx';
import { Crumbs } from '../../parts/crumbs.tsx';
import { EmbeddedPairs } from '../../parts/embedded-pairs.tsx';
import { JudgedPairs } from '../../parts/judged-pairs.tsx';
import { ReleaseGroup } from '../../parts/groups/release-group.tsx';
import { Samples } from '../../parts/disagreements/samples.tsx';
import { VersionLink } from '../../parts/version/version-link.tsx';
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

const Replay = lazy(() => import('../../parts/replay/replay.tsx'));

export function RolloutPage({ id }: { id: string }) {
  const rollout = useQuery(rolloutQuery(id));
  return <Load query={rollout}>{(found) => <Shown rollout={found} />}</Load>;
}

function Shown({ rollout }: { rollout: Rollout }) {
  const { id, model, version, from } = rollout;
  const isReplay = useSearchParams()[0].get('view') === 'replay';
  return (
    <>
      <Crumbs model={model}>rollout</Crumbs>
      <div className="headline">
        <h1>
          {model}{' '}
          <span className="quiet">
            {from === null ? (
              '–'
            ) : (
              <VersionLink model={model} version={from}>
                {from}
              </VersionLink>
            )}{' '}
            →
          </span>{' '}
          <VersionLink model={model} version={version}>
            {version}
          </VersionLink>
        </h1>
        <Badge state={rollout.state} />
        <Actions rollout={rollout} />
        <Share id={id} name={`${model} ${version}`} />
      </div>
      <Views id={id} isReplay={isReplay} />
      {isReplay ? (
        <Suspense fallback={<div className="skeleton" role="status" aria-label="Loading" />}>
          <Replay rollout={rollout} />
        </Suspense>
      ) : (
        <Course rollout={rollout} />
      )}
    </>
  );
}

/** What it is, and what another policy would have made of it: each with an address. */
function Views({ id, isReplay }: { id: string; isReplay: boolean }) {
  return (
    <nav className="views" aria-label="Views of this rollout">
      <Link href={`/rollouts/${id}`} aria-current={isReplay ? undefined : 'page'}>
        As it goes
      </Link>
      <Link href={`/rollouts/${id}?view=replay`} aria-current={isReplay ? 'page' : undefined}>
        What if
      </Link>
    </nav>
  );
}

/** How it stands, why, and by what. */
function Course({ rollout }: { rollout: Rollout }) {
  const { id } = rollout;
  const isLive = rollout.endedAt === null;
  return (
    <>
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
