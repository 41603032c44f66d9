import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link, useSearchParams } from 'wouter';
import { Empty, Load } from '../../parts/basics.tsx';
import { Crumbs } from '../../parts/crumbs.tsx';
import { Environment } from '../../parts/environment.tsx';
import { PrimaryOut } from '../../parts/primary-out.tsx';
import { Retirement } from '../../parts/retirement.tsx';
import { CallerSegments } from '../../parts/segments.tsx';
import { PrimaryTimes } from '../../parts/version/primary-times.tsx';
import { RolloutLines } from '../../parts/version/rollout-lines.tsx';
import { type Model, modelQuery, rolloutsOfQuery, type Version } from '../../queries.ts';
import { primaryTimesQuery, versionPages } from '../../version-queries.ts';
import { Facts } from './facts.tsx';
import { Lineage } from './lineage.tsx';
import { tableStateOf } from './versions/table-state.ts';
import { Versions } from './versions/versions.tsx';

export function ModelPage({ name }: { name: string }) {
  const model = useQuery(modelQuery(name));
  return <Load query={model}>{(found) => <Shown model={found} />}</Load>;
}

function Shown({ model }: { model: Model }) {
  const { sortedBy, isAscending } = tableStateOf(useSearchParams()[0]);
  const isOldestFirst = sortedBy === null && isAscending;
  const versions = useInfiniteQuery(versionPages(model.name, isOldestFirst));
  const rollouts = useQuery(rolloutsOfQuery(model.name));
  const times = useQuery(primaryTimesQuery(model.name, null));
  return (
    <>
      <Crumbs>model</Crumbs>
      <h1>{model.name}</h1>
      {model.description && <p className="lead">{model.description}</p>}
      <Facts model={model} rollouts={rollouts.data} />
      <div className="buttons">
        <Link className="button" href={`/register?model=${encodeURIComponent(model.name)}`}>
          Register a version
        </Link>
        <Retirement model={model} />
        <Environment model={model} />
      </div>
      <PrimaryOut model={model} />
      <section aria-labelledby="versions">
        <h2 id="versions">Versions</h2>
        <Load query={versions} lines={5}>
          {({ pages }) => (
            <Versions
              model={model}
              versions={pages.flatMap(({ items }) => items as readonly Version[])}
              more={versions}
              rollouts={rollouts.data ?? []}
            />
          )}
        </Load>
      </section>
      <CallerSegments model={model.name} />
      {model.primary !== null && <Lineage model={model.name} version={model.primary} />}
      <section aria-labelledby="primaries">
        <h2 id="primaries">Primaries</h2>
        <Load query={times} lines={2}>
          {(all) =>
            all.length === 0 ? (
              <Empty>None has served yet.</Empty>
            ) : (
              <PrimaryTimes model={model.name} times={all} />
            )
          }
        </Load>
      </section>
      <section aria-labelledby="rollouts">
        <h2 id="rollouts">Rollouts</h2>
        <Load query={rollouts}>
          {(all) =>
            all.length === 0 ? (
              <Empty>No rollout yet.</Empty>
            ) : (
              <RolloutLines
                rollouts={all}
                nameOf={({ intent, version }) =>
                  `${intent === 'rollback' ? 'back to ' : ''}version ${version}`
                }
              />
            )
          }
        </Load>
      </section>
    </>
  );
}
