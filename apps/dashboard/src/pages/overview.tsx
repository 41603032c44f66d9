import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'wouter';
import { Badge, Empty, Load, useNow } from '../parts/basics.tsx';
import { OutBadge, PrimariesOut } from '../parts/primary-out.tsx';
import { StartGroup } from '../parts/start-group.tsx';
import { Track, TrafficBar } from '../parts/track.tsx';
import { liveRolloutsQuery, modelsQuery, type Model, type Rollout } from '../queries.ts';
import { ago, verdictWords } from '../words.ts';

const SHOWN_AT_FIRST = 50;
/** What only a person can move on. */
const needsAPerson = ({ state, decision }: Rollout): boolean =>
  ['awaiting_approval', 'paused'].includes(state) || (state === 'baking' && decision?.kind === 'pause');

export function Overview() {
  const models = useQuery(modelsQuery);
  const live = useQuery(liveRolloutsQuery);
  // All of it at once: what comes later would push away what somebody reads.
  const both = {
    data: models.data && live.data && { models: models.data, live: live.data },
    error: models.error ?? live.error,
    refetch: () => [models.refetch(), live.refetch()],
  };
  return (
    <>
      <h1>Overview</h1>
      <Load query={both} lines={12}>
        {(all) => (
          <>
            <PrimariesOut models={all.models} />
            <Waiting rollouts={all.live.filter(needsAPerson)} />
            <section aria-labelledby="live">
              <h2 id="live">On its way</h2>
              <Live rollouts={all.live} />
            </section>
            <section aria-labelledby="models">
              <h2 id="models">Models</h2>
              <StartGroup models={all.models} />
              <Models models={all.models} live={all.live} />
            </section>
          </>
        )}
      </Load>
    </>
  );
}

function Waiting({ rollouts }: { rollouts: readonly Rollout[] }) {
  if (rollouts.length === 0) return null;
  return (
    <section aria-labelledby="waiting" className="card wait">
      <h2 id="waiting">Waits for a person</h2>
      <ul className="plain-list">
        {rollouts.map((rollout) => (
          <li key={rollout.id}>
            <Badge state={rollout.state} />{' '}
            <Link href={`/rollouts/${rollout.id}`}>
              {rollout.model} {rollout.version}
            </Link>{' '}
            <span className="quiet">{rollout.decision?.because}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Live({ rollouts }: { rollouts: readonly Rollout[] }) {
  const [all, setAll] = useState(false);
  if (rollouts.length === 0)
    return <Empty>No rollout is under way. Register a version, or start one from a model’s page.</Empty>;
  const shown = all ? rollouts : rollouts.slice(0, 12);
  return (
    <>
      <ul className="cards">
        {shown.map((rollout) => (
          <LiveCard key={rollout.id} rollout={rollout} />
        ))}
      </ul>
      {shown.length < rollouts.length && (
        <button type="button" className="plain" onClick={() => setAll(true)}>
          Show all {rollouts.length}
        </button>
      )}
    </>
  );
}

function LiveCard({ rollout }: { rollout: Rollout }) {
  const now = useNow();
  const worst = ['fail', 'undecided', 'no_data', 'pass'] as const;
  const counts = worst.map((verdict) => ({
    verdict,
    count: rollout.verdicts.filter((one) => one.verdict === verdict).length,
  }));
  return (
    <li className="card">
      <div className="row">
        <Link href={`/rollouts/${rollout.id}`} className="title">
          {rollout.model} <span className="quiet">{rollout.from ?? '–'} →</span> {rollout.version}
        </Link>
        <Badge state={rollout.state} />
      </div>
      <Track rollout={rollout} isSmall />
      <TrafficBar rollout={rollout} />
      <p className="verdicts">
        {counts
          .filter(({ count }) => count > 0)
          .map(({ verdict, count }) => (
            <Badge key={verdict} state={verdict}>
              {count} {verdictWords[verdict]}
            </Badge>
          ))}
        <span className="quiet">started {ago(rollout.createdAt, now)}</span>
      </p>
    </li>
  );
}

function Models({ models, live }: { models: readonly Model[]; live: readonly Rollout[] }) {
  const now = useNow();
  const [text, setText] = useState('');
  const [shown, setShown] = useState(SHOWN_AT_FIRST);
  if (models.length === 0)
    return (
      <Empty>
        No model is registered yet. <code>understudy register understudy.yaml</code> adds the first, or{' '}
        <code>mlflow.register_model</code> with this server as its registry.
      </Empty>
    );
  const found = models.filter(({ name }) => name.toLowerCase().includes(text.toLowerCase()));
  const byModel = new Map(live.map((rollout) => [rollout.model, rollout]));
  return (
    <>
      <label className="search">
        <span className="hidden">Find a model</span>
        <input
          type="search"
          placeholder={`Find among ${models.length}`}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
      </label>
      <div className="scroll" tabIndex={0} role="region" aria-label="Models, as a table">
        <table>
          <thead>
            <tr>
              <th scope="col">Model</th>
              <th scope="col">Serves</th>
              <th scope="col">On its way</th>
              <th scope="col">Changed</th>
            </tr>
          </thead>
          <tbody>
            {found.slice(0, shown).map((model) => {
              const rollout = byModel.get(model.name);
              return (
                <tr key={model.name}>
                  <th scope="row">
                    <Link href={`/models/${encodeURIComponent(model.name)}`}>{model.name}</Link>
                  </th>
                  <td>
                    {model.primary === null ? (
                      <span className="quiet">{model.retirement ? 'retired' : 'nothing yet'}</span>
                    ) : (
                      <>
                        version {model.primary} <OutBadge model={model} />
                      </>
                    )}
                  </td>
                  <td>
                    {rollout && (
                      <Link href={`/rollouts/${rollout.id}`}>
                        version {rollout.version} <Badge state={rollout.state} />
                      </Link>
                    )}
                  </td>
                  <td className="quiet">{ago(String(model['updatedAt'] ?? ''), now)}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
      {found.length === 0 && <Empty>No model has “{text}” in its name.</Empty>}
      {found.length > shown && (
        <button type="button" className="plain" onClick={() => setShown(shown + 200)}>
          Show more of {found.length}
        </button>
      )}
    </>
  );
}
