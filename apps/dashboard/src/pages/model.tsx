import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, useLocation } from 'wouter';
import { client, dataOf } from '../api.ts';
import { Badge, Confirm, Empty, Load, useNow } from '../parts/basics.tsx';
import { StartTime } from '../parts/start-time.tsx';
import {
  lineageQuery,
  type Model,
  modelQuery,
  type Rollout,
  rolloutsOfQuery,
  type Version,
  versionsQuery,
} from '../queries.ts';
import { Retirement, retirementOf } from '../parts/retirement.tsx';
import { PrimaryOut } from '../parts/primary-out.tsx';
import { Environment } from '../parts/environment.tsx';
import { CallerSegments } from '../parts/segments.tsx';
import { releaseBody } from '../release-body.ts';
import { ago, number } from '../words.ts';

const MOST_METRICS = 5;

export function ModelPage({ name }: { name: string }) {
  const model = useQuery(modelQuery(name));
  return <Load query={model}>{(found) => <Shown model={found} />}</Load>;
}

function Shown({ model }: { model: Model }) {
  const versions = useQuery(versionsQuery(model.name));
  const rollouts = useQuery(rolloutsOfQuery(model.name));
  return (
    <>
      <p className="crumbs">
        <Link href="/">Overview</Link> / model
      </p>
      <h1>{model.name}</h1>
      {model.description && <p className="lead">{model.description}</p>}
      <p>
        {model.primary !== null
          ? `Version ${model.primary} serves.`
          : retirementOf(model)
            ? 'Nothing serves: the model is retired.'
            : 'Nothing serves yet: the first version that passes its checks will.'}
      </p>
      <Retirement model={model} />
      <PrimaryOut model={model} />
      <Environment model={model} />
      <section aria-labelledby="versions">
        <h2 id="versions">Versions</h2>
        <Load query={versions} lines={5}>
          {(all) => <Versions model={model} versions={all} />}
        </Load>
      </section>
      <CallerSegments model={model.name} />
      {model.primary !== null && <Lineage model={model.name} version={model.primary} />}
      <section aria-labelledby="primaries">
        <h2 id="primaries">Primaries</h2>
        <Load query={rollouts} lines={2}>
          {(all) => <Primaries rollouts={all} />}
        </Load>
      </section>
      <section aria-labelledby="rollouts">
        <h2 id="rollouts">Rollouts</h2>
        <Load query={rollouts}>{(all) => <Rollouts rollouts={all} />}</Load>
      </section>
    </>
  );
}

function Versions({ model, versions }: { model: Model; versions: readonly Version[] }) {
  const now = useNow();
  const [, go] = useLocation();
  const queries = useQueryClient();
  const [asked, setAsked] = useState<number | null>(null);
  const [startAt, setStartAt] = useState('');
  const metrics = [...new Set(versions.flatMap((version) => Object.keys(version.metrics)))].slice(
    0,
    MOST_METRICS,
  );
  if (versions.length === 0)
    return (
      <Empty>
        No version yet. <code>understudy register understudy.yaml</code> registers one.
      </Empty>
    );
  const start = async (version: number, reason: string): Promise<void> => {
    const path = { model: model.name };
    const made = dataOf(
      await client.POST('/api/v1/models/{model}/rollouts', {
        params: { path },
        body: releaseBody(version, reason, startAt) as never,
      }),
    );
    await queries.invalidateQueries({ queryKey: ['model', model.name] });
    go(`/rollouts/${made.id}`);
  };
  return (
    <div className="scroll" tabIndex={0} role="region" aria-label="Versions, as a table">
      <table>
        <thead>
          <tr>
            <th scope="col">Version</th>
            <th scope="col">State</th>
            <th scope="col">Server</th>
            <th scope="col">Aliases</th>
            {metrics.map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
            <th scope="col">Registered</th>
            <th scope="col">
              <span className="hidden">Release</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {versions.map((version) => (
            <tr key={version.version}>
              <th scope="row">{version.version}</th>
              <td>
                <Badge state={version.state} />
              </td>
              <td>
                <Server version={version} />
              </td>
              <td>{version.aliases.join(', ') || '–'}</td>
              {metrics.map((name) => (
                <td key={name}>{number(version.metrics[name])}</td>
              ))}
              <td className="quiet">
                {ago(version.createdAt, now)} by {version.createdBy}
              </td>
              <td>
                {!['primary', 'candidate'].includes(version.state) && retirementOf(model) === null && (
                  <button
                    type="button"
                    className="plain"
                    onClick={() => {
                      setStartAt('');
                      setAsked(version.version);
                    }}
                  >
                    Release<span className="hidden"> version {version.version}</span>
                  </button>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {asked !== null && (
        <Confirm
          title={`Release ${model.name} ${asked}?`}
          consequence={`A rollout of version ${asked} begins by the model’s policy. ${model.primary === null ? '' : `Version ${model.primary} serves until it has earned its place.`}`}
          verb="Release"
          act={(reason) => start(asked, reason)}
          close={() => setAsked(null)}
        >
          <StartTime value={startAt} set={setStartAt} />
        </Confirm>
      )}
    </div>
  );
}

/** Whether callers can be sent to a version, since when, and why not. */
function Server({ version: { deployment, servingUrls } }: { version: Version }) {
  const now = useNow();
  if (!deployment || deployment.state === 'retired') return <>–</>;
  // Of several replicas some may not be.
  if (deployment.state === 'ready')
    return (
      <>
        <Badge state="ready" /> {servingUrls.length > 1 && deployment.because}
      </>
    );
  return (
    <>
      <Badge state={deployment.state} />{' '}
      <span className="quiet">
        since {ago(deployment.since, now)}: {deployment.because}
      </span>
    </>
  );
}

interface Node {
  readonly model: string;
  readonly version: number;
}

/** What feeds the version that serves, and what it feeds. */
function Lineage({ model, version }: { model: string; version: number }) {
  const lineage = useQuery(lineageQuery(model, version));
  return (
    <section aria-labelledby="lineage">
      <h2 id="lineage">Lineage of version {version}</h2>
      <Load query={lineage} lines={2}>
        {(found) => {
          const edges = (found as unknown as { edges: readonly { from: Node; to: Node }[] }).edges;
          const isIt = (node: Node): boolean => node.model === model && node.version === version;
          const up = edges.filter(({ to }) => isIt(to)).map(({ from }) => from);
          const down = edges.filter(({ from }) => isIt(from)).map(({ to }) => to);
          if (edges.length === 0) return <Empty>It consumes no other model, and none consumes it.</Empty>;
          return (
            <div className="lineage">
              <Nodes title="Feeds it" nodes={up} />
              <div className="node it" aria-label={`This: ${model} ${version}`}>
                {model} {version}
              </div>
              <Nodes title="It feeds" nodes={down} />
              {edges.length > up.length + down.length && (
                <p className="quiet">{edges.length - up.length - down.length} more further away</p>
              )}
            </div>
          );
        }}
      </Load>
    </section>
  );
}

function Nodes({ title, nodes }: { title: string; nodes: readonly Node[] }) {
  return (
    <div>
      <h3>{title}</h3>
      {nodes.length === 0 ? (
        <p className="quiet">nothing</p>
      ) : (
        <ul className="plain-list">
          {nodes.map((node) => (
            <li key={`${node.model} ${node.version}`} className="node">
              <Link href={`/models/${encodeURIComponent(node.model)}`}>
                {node.model} {node.version}
              </Link>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** Which versions have served, the newest first, by the rollouts that made them primary. */
function Primaries({ rollouts }: { rollouts: readonly Rollout[] }) {
  const now = useNow();
  const served = rollouts.filter(({ state }) => state === 'succeeded');
  if (served.length === 0) return <Empty>None has served yet.</Empty>;
  return (
    <ol className="events">
      {served.map((rollout, i) => (
        <li key={rollout.id}>
          <time dateTime={rollout.endedAt ?? undefined}>{ago(rollout.endedAt, now)}</time>{' '}
          <strong>version {rollout.version}</strong>{' '}
          <span className="quiet">
            {i === 0 ? 'serves' : `served until ${ago(served[i - 1]?.endedAt, now)}`}
            {rollout.intent === 'rollback' ? `; gone back to: ${rollout.reason}` : ''}
          </span>
        </li>
      ))}
    </ol>
  );
}

function Rollouts({ rollouts }: { rollouts: readonly Rollout[] }) {
  const now = useNow();
  if (rollouts.length === 0) return <Empty>No rollout yet.</Empty>;
  return (
    <ol className="events">
      {rollouts.map((rollout) => (
        <li key={rollout.id}>
          <time dateTime={rollout.createdAt}>{ago(rollout.createdAt, now)}</time>{' '}
          <Badge state={rollout.state} />{' '}
          <Link href={`/rollouts/${rollout.id}`}>
            {rollout.intent === 'rollback' ? 'back to ' : ''}version {rollout.version}
          </Link>{' '}
          <span className="quiet">{rollout.decision?.because ?? rollout.reason}</span>
        </li>
      ))}
    </ol>
  );
}
