import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { Link } from 'wouter';
import {
  endedRollouts,
  liveRollouts,
  modelPages,
  primariesOut,
  waitingRollouts,
} from '../../overview-queries.ts';
import { Badge, Load } from '../../parts/basics.tsx';
import { PrimariesOut } from '../../parts/primary-out.tsx';
import type { Model, Rollout } from '../../queries.ts';
import { Actions } from '../rollout/actions.tsx';
import { Lately } from './lately.tsx';
import { Live } from './live.tsx';
import { Models } from './models.tsx';
import { ShowMore } from '../../parts/lists/show-more.tsx';

const itemsOf = <T,>(data: { readonly pages: readonly { readonly items: readonly T[] }[] } | undefined) =>
  data?.pages.flatMap(({ items }) => items);

export function Overview() {
  const [text, setText] = useState('');
  const queries = {
    models: useInfiniteQuery(modelPages(text)),
    out: useInfiniteQuery(primariesOut),
    live: useInfiniteQuery(liveRollouts),
    waiting: useInfiniteQuery(waitingRollouts),
    ended: useQuery(endedRollouts),
  };
  const models = itemsOf<Model>(queries.models.data as never);
  const out = itemsOf<Model>(queries.out.data as never);
  const live = itemsOf<Rollout>(queries.live.data as never);
  const waiting = itemsOf<Rollout>(queries.waiting.data as never);
  const ended = queries.ended.data as readonly Rollout[] | undefined;
  // All of it at once: what comes later would push away what somebody reads.
  const all = {
    data: models && out && live && waiting && ended && { models, out, live, waiting, ended },
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
            <Lately ended={known.ended} />
            <section aria-labelledby="models">
              <h2 id="models">Models</h2>
              <Models models={known.models} more={queries.models} text={text} setText={setText} />
            </section>
          </>
        )}
      </Load>
    </>
  );
}

/** The dialog says what the gates say; what else may be done is a click away. */
const APPROVE = ['approve'] as const;

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
            <Actions rollout={rollout} only={APPROVE} />
          </li>
        ))}
      </ul>
      {children}
    </section>
  );
}
