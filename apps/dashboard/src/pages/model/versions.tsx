import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { client, dataOf } from '../../api.ts';
import { Badge, Confirm, Empty, useNow } from '../../parts/basics.tsx';
import { retirementOf } from '../../parts/retirement.tsx';
import { VersionLink } from '../../parts/version/version-link.tsx';
import { StartTime } from '../../parts/start-time.tsx';
import { actionsQuery, type Model, type Rollout, type Version, whyNot } from '../../queries.ts';
import { releaseBody } from '../../release-body.ts';
import { shownState } from './shown-state.ts';
import { ago, number } from '../../words.ts';

const MOST_METRICS = 5;

interface VersionsProps {
  readonly model: Model;
  readonly versions: readonly Version[];
  /** The newest first, as far as they are loaded. */
  readonly rollouts: readonly Rollout[];
}

/** All versions, and a button that releases one. */
export function Versions({ model, versions, rollouts }: VersionsProps) {
  const now = useNow();
  const [, go] = useLocation();
  const queries = useQueryClient();
  const [asked, setAsked] = useState<number | null>(null);
  const [startAt, setStartAt] = useState('');
  const actions = useQuery({ ...actionsQuery(model.name, asked), enabled: asked !== null });
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
              <th scope="row">
                <VersionLink model={model.name} version={version.version}>
                  {version.version}
                </VersionLink>
              </th>
              <td>
                <Badge state={shownState(version, rollouts)} />
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
          hindrance={whyNot(actions.data, 'release')}
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
