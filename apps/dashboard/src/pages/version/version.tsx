import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { UnderstudyError } from '#libs/client';
import { Badge, Empty, Load } from '../../parts/basics.tsx';
import { Crumbs } from '../../parts/crumbs.tsx';
import { Lineage } from '../model/lineage.tsx';
import { modelQuery, type Model, type Rollout, type Version, versionQuery } from '../../queries.ts';
import { PrimaryTimes } from '../../parts/version/primary-times.tsx';
import { RolloutLines } from '../../parts/version/rollout-lines.tsx';
import { primaryTimesQuery, rolloutsOfVersionQuery } from '../../version-queries.ts';
import { whenText } from '../../when.ts';
import { Actions } from './actions.tsx';
import { Card } from './card.tsx';
import { Checked } from './checked.tsx';
import { Metrics } from './metrics.tsx';
import { Score } from './score.tsx';
import { Signature } from './signature.tsx';
import { storyOf } from './story.ts';
import { WhatItIs } from './what-it-is.tsx';

/** Everything of one version: what it is, where it stands and why, when it served, what it scores, and what may be done with it. */
export default function VersionPage({ model, version }: { model: string; version: number }) {
  const found = useQuery({ ...versionQuery(model, version), enabled: Number.isInteger(version) });
  const of = useQuery(modelQuery(model));
  const isMissing = (error: unknown): boolean => error instanceof UnderstudyError && error.status === 404;
  const both = {
    data: found.data && of.data && { version: found.data, model: of.data },
    error: found.error ?? of.error,
    refetch: () => Promise.all([found.refetch(), of.refetch()]),
  };
  return (
    <>
      <Crumbs model={model}>version</Crumbs>
      {isMissing(both.error) || !Number.isInteger(version) ? (
        <>
          <h1>There is no such version</h1>
          <Empty>
            {isMissing(of.error)
              ? `No model is called “${model}”, or this login may not see it.`
              : `${model} has no version ${version}: its number was never given, or it was deleted. What was done with it is on the record.`}
          </Empty>
        </>
      ) : (
        <Load query={both} lines={14}>
          {(known) => <Shown {...known} />}
        </Load>
      )}
    </>
  );
}

const tryName = ({ intent, from }: Rollout): string =>
  intent === 'rollback' ? 'gone back to' : `released from ${from ?? 'nothing'}`;

function Shown({ model, version }: { model: Model; version: Version }) {
  const times = useQuery(primaryTimesQuery(model.name, version.version));
  const rollouts = useQuery(rolloutsOfVersionQuery(model.name, version.version));
  const both = {
    data: times.data && rollouts.data && { times: times.data, rollouts: rollouts.data },
    error: times.error ?? rollouts.error,
    refetch: () => Promise.all([times.refetch(), rollouts.refetch()]),
  };
  return (
    <Load query={both} lines={14}>
      {({ times: primary, rollouts: all }) => {
        const { state, text, rolloutId } = storyOf(primary, all, whenText);
        return (
          <>
            <div className="headline">
              <h1>
                {model.name} {version.version}
              </h1>
              <Badge state={state} />
              <Actions model={model} version={version} hasServed={primary.length > 0} />
            </div>
            <p className="lead">
              {text}. {rolloutId !== null && <Link href={`/rollouts/${rolloutId}`}>See the rollout</Link>}
            </p>
            {version.description && <p>{version.description}</p>}
            <div className="beside">
              <div>
                <Metrics model={model} version={version} />
                <section aria-labelledby="times">
                  <h2 id="times">When it was primary</h2>
                  {primary.length === 0 ? (
                    <Empty>It never was.</Empty>
                  ) : (
                    <PrimaryTimes times={primary} model={model.name} isOfOne />
                  )}
                </section>
                <section aria-labelledby="its-rollouts">
                  <h2 id="its-rollouts">Its rollouts</h2>
                  {all.length === 0 ? (
                    <Empty>None yet.</Empty>
                  ) : (
                    <RolloutLines rollouts={all} nameOf={tryName} />
                  )}
                </section>
                <Checked rollouts={all} />
                <Signature model={model} version={version} />
                <Card model={model.name} version={version} />
                <Lineage model={model.name} version={version.version} />
              </div>
              <aside aria-label={`About ${model.name} ${version.version}`}>
                <WhatItIs version={version} />
                <Score model={model.name} version={version.version} />
              </aside>
            </div>
          </>
        );
      }}
    </Load>
  );
}
