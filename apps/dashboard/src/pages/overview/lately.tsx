import { Link } from 'wouter';
import { Badge, useNow } from '../../parts/basics.tsx';
import type { Rollout } from '../../queries.ts';
import { ago } from '../../words.ts';

const SHOWN = 6;

/** How the newest rollouts that have ended did, and why, so that "why was it taken off?" is one click away. */
export function Lately({ newest }: { newest: readonly Rollout[] }) {
  const now = useNow();
  const ended = newest
    .filter((one): one is Rollout & { endedAt: string } => one.endedAt !== null)
    .toSorted((a, b) => Date.parse(b.endedAt) - Date.parse(a.endedAt))
    .slice(0, SHOWN);
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
              <time className="quiet" dateTime={endedAt}>
                {ago(endedAt, now)}
              </time>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
