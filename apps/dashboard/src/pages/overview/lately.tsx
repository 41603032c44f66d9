import { Link } from 'wouter';
import { Badge, useNow } from '../../parts/basics.tsx';
import type { Rollout } from '../../queries.ts';
import { ago } from '../../words.ts';

/** How what has ended lately did, and why, so that "why was it taken off?" is one click away. @param ended the latest end first */
export function Lately({ ended }: { ended: readonly Rollout[] }) {
  const now = useNow();
  if (ended.length === 0) return null;
  return (
    <section aria-labelledby="lately">
      <h2 id="lately">Lately</h2>
      <ul className="card plain-list lately">
        {ended.map(({ id, model, version, state, intent, decision, reason, endedAt }) => {
          const because = decision?.because ?? reason;
          return (
            <li key={id}>
              <Badge state={state} />
              <Link href={`/rollouts/${id}`}>
                {model} {intent === 'rollback' ? 'back to ' : ''}
                {version}
              </Link>
              <span className="because" title={because}>
                {because}
              </span>
              <time className="quiet" dateTime={endedAt ?? undefined}>
                {ago(endedAt, now)}
              </time>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
