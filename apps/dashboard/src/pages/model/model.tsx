import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { Load } from '../../parts/basics.tsx';
import { Environment } from '../../parts/environment.tsx';
import { PrimaryOut } from '../../parts/primary-out.tsx';
import { Retirement } from '../../parts/retirement.tsx';
import { CallerSegments } from '../../parts/segments.tsx';
import { type Model, modelQuery, rolloutsOfQuery, versionsQuery } from '../../queries.ts';
import { primaryTimesQuery } from '../../version-queries.ts';
import { Facts } from './facts.tsx';
import { Lineage } from './lineage.tsx';
import { Primaries, Rollouts } from './past.tsx';
import { Versions } from './versions.tsx';

export function ModelPage({ name }: { name: string }) {
  const model = useQuery(modelQuery(name));
  return <Load query={model}>{(found) => <Shown model={found} />}</Load>;
}

function Shown({ model }: { model: Model }) {
  const versions = useQuery(versionsQuery(model.name));
  const rollouts = useQuery(rolloutsOfQuery(model.name));
  const times = useQuery(primaryTimesQuery(model.name, null));
  return (
    <>
      <p className="crumbs">
        <Link href="/">Overview</Link> / model
      </p>
      <h1>{model.name}</h1>
      {model.description && <p className="lead">{model.description}</p>}
      <Facts model={model} rollouts={rollouts.data} />
      <div className="buttons">
        <Retirement model={model} />
        <Environment model={model} />
      </div>
      <PrimaryOut model={model} />
      <section aria-labelledby="versions">
        <h2 id="versions">Versions</h2>
        <Load query={versions} lines={5}>
          {(all) => <Versions model={model} versions={all} rollouts={rollouts.data ?? []} />}
        </Load>
      </section>
      <CallerSegments model={model.name} />
      {model.primary !== null && <Lineage model={model.name} version={model.primary} />}
      <section aria-labelledby="primaries">
        <h2 id="primaries">Primaries</h2>
        <Load query={times} lines={2}>
          {(all) => <Primaries model={model.name} times={all} />}
        </Load>
      </section>
      <section aria-labelledby="rollouts">
        <h2 id="rollouts">Rollouts</h2>
        <Load query={rollouts}>{(all) => <Rollouts rollouts={all} />}</Load>
      </section>
    </>
  );
}
