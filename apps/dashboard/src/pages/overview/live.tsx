import { useState } from 'react';
import { Link } from 'wouter';
import { Badge, Empty, useNow } from '../../parts/basics.tsx';
import { Track, TrafficBar } from '../../parts/track.tsx';
import type { Rollout, Verdict } from '../../queries.ts';
import { ago, verdictWords } from '../../words.ts';
import { type More, ShowMore } from '../../parts/lists/show-more.tsx';

/** Cards of rollouts that are shown before somebody asks for more. */
const CARDS_AT_FIRST = 12;

/** What is on its way. */
export function Live({ rollouts, more }: { rollouts: readonly Rollout[]; more: More }) {
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

/** Worst first: what needs a look is read first. */
const ORDER: readonly Verdict['verdict'][] = ['fail', 'undecided', 'no_data', 'pass'];

function LiveCard({ rollout }: { rollout: Rollout }) {
  const now = useNow();
  const gates = ORDER.map((verdict) => ({
    verdict,
    names: rollout.verdicts.filter((one) => one.verdict === verdict && one.segment === null),
  })).filter(({ names }) => names.length > 0);
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
      <p className="said">{rollout.waitingFor ?? rollout.decision?.because ?? rollout.reason}</p>
      <p className="verdicts">
        {gates.map(({ verdict, names }) => (
          <span key={verdict} title={names.map(({ gate }) => gate).join(', ')}>
            <Badge state={verdict}>
              {names.length} {verdictWords[verdict]}
            </Badge>
          </span>
        ))}
        <span className="quiet">started {ago(rollout.createdAt, now)}</span>
      </p>
    </li>
  );
}
