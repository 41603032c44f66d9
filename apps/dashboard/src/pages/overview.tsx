import { useInfiniteQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { Link } from 'wouter';
import { liveRollouts, modelPages, primariesOut, waitingRollouts } from '../overview-queries.ts';
import { Badge, Empty, Load, useNow } from '../parts/basics.tsx';
import { OutBadge, PrimariesOut } from '../parts/primary-out.tsx';
import { StartGroup } from '../parts/start-group.tsx';
import { Track, TrafficBar } from '../parts/track.tsx';
import type { Model, Rollout } from '../queries.ts';
import { ago, verdictWords } from '../words.ts';

/** Cards of rollouts that are shown before somebody asks for more. */
const CARDS_AT_FIRST = 12;

/** How there is more than what was loaded. */
interface More {
  readonly hasNextPage: boolean;
  readonly fetchNextPage: () => unknown;
}

const itemsOf = <T,>(data: { readonly pages: readonly { readonly items: readonly T[] }[] } | undefined) =>
  data?.pages.flatMap(({ items }) => items);

export function Overview() {
  const [text, setText] = useState('');
  const queries = {
    models: useInfiniteQuery(modelPages(text)),
    out: useInfiniteQuery(primariesOut),
    live: useInfiniteQuery(liveRollouts),
    waiting: useInfiniteQuery(waitingRollouts),
  };
  const models = itemsOf<Model>(queries.models.data as never);
  const out = itemsOf<Model>(queries.out.data as never);
  const live = itemsOf<Rollout>(queries.live.data as never);
  const waiting = itemsOf<Rollout>(queries.waiting.data as never);
  // All of it at once: what comes later would push away what somebody reads.
  const all = {
    data: models && out && live && waiting && { models, out, live, waiting },
    error: Object.values(queries).find(({ error }) => error !== null)?.error ?? null,
    refetch: () => Object.values(queries).map((query) => query.refetch()),
  };
  return (
    <>
      <h1>Overview</h1>
      <Load query={all} lines={12}>
        {(known) => (
          <>
            <PrimariesOut models={known.out}>
              <ShowMore of={queries.out} />
            </PrimariesOut>
            <Waiting rollouts={known.waiting}>
              <ShowMore of={queries.waiting} />
            </Waiting>
            <section aria-labelledby="live">
              <h2 id="live">On its way</h2>
              <Live rollouts={known.live} more={queries.live} />
            </section>
            <section aria-labelledby="models">
              <h2 id="models">Models</h2>
              <StartGroup models={known.models} mayBeMore={queries.models.hasNextPage || text !== ''} />
              <Models models={known.models} more={queries.models} text={text} setText={setText} />
            </section>
          </>
        )}
      </Load>
    </>
  );
}

function ShowMore({ of }: { of: More }) {
  if (!of.hasNextPage) return null;
  return (
    <button type="button" className="plain" onClick={() => void of.fetchNextPage()}>
      Show more
    </button>
  );
}

function Waiting({ rollouts, children }: { rollouts: readonly Rollout[]; children: ReactNode }) {
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
      {children}
    </section>
  );
}

function Live({ rollouts, more }: { rollouts: readonly Rollout[]; more: More }) {
  const [all, setAll] = useState(false);
  if (rollouts.length === 0)
    return <Empty>No rollout is under way. Register a version, or start one from a model’s page.</Empty>;
  const shown = all ? rollouts : rollouts.slice(0, CARDS_AT_FIRST);
  return (
    <>
      <ul className="cards">
        {shown.map((rollout) => (
          <LiveCard key={rollout.id} rollout={rollout} />
        ))}
      </ul>
      {shown.length < rollouts.length && (
        <button type="button" className="plain" onClick={() => setAll(true)}>
          {more.hasNextPage ? 'Show more' : `Show all ${rollouts.length}`}
        </button>
      )}
      {all && <ShowMore of={more} />}
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

interface ModelsProps {
  readonly models: readonly Model[];
  readonly more: More;
  /** Of the names that are shown. */
  readonly text: string;
  readonly setText: (text: string) => void;
}

function Models({ models, more, text, setText }: ModelsProps) {
  const now = useNow();
  if (models.length === 0 && text === '')
    return (
      <Empty>
        No model is registered yet. <code>understudy register understudy.yaml</code> adds the first, or{' '}
        <code>mlflow.register_model</code> with this server as its registry.
      </Empty>
    );
  return (
    <>
      <label className="search">
        <span className="hidden">Find a model</span>
        <input
          type="search"
          placeholder="Find by name"
          maxLength={256}
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
            {models.map((model) => {
              const rollout = model.liveRollout;
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
      {models.length === 0 && <Empty>No model has “{text}” in its name.</Empty>}
      <ShowMore of={more} />
    </>
  );
}
