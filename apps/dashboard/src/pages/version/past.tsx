import { Link } from 'wouter';
import { Badge, Empty, useNow } from '../../parts/basics.tsx';
import { PrimaryEnd } from '../../parts/version/primary-end.tsx';
import type { PrimaryTime, Rollout } from '../../queries.ts';
import { ago } from '../../words.ts';
import { lasted, whenText } from '../../when.ts';

/** When it was primary, the newest time first. */
export function Times({ times, model }: { times: readonly PrimaryTime[]; model: string }) {
  const now = useNow();
  return (
    <section aria-labelledby="times">
      <h2 id="times">When it was primary</h2>
      {times.length === 0 ? (
        <Empty>It never was.</Empty>
      ) : (
        <ol className="card plain-list lines">
          {times.map((time) => (
            <li key={time.since}>
              <span>
                <strong>{whenText(time.since)}</strong> – {time.until === null ? 'now' : whenText(time.until)}
              </span>
              <span className="quiet">
                {lasted((time.until === null ? now : Date.parse(time.until)) - Date.parse(time.since))}
              </span>
              <span>
                <PrimaryEnd time={time} model={model} />
              </span>
              {time.rolloutId !== null && <Link href={`/rollouts/${time.rolloutId}`}>rollout</Link>}
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}

/** Each try of it, the newest first. */
export function Rollouts({ rollouts }: { rollouts: readonly Rollout[] }) {
  const now = useNow();
  return (
    <section aria-labelledby="its-rollouts">
      <h2 id="its-rollouts">Its rollouts</h2>
      {rollouts.length === 0 ? (
        <Empty>None yet.</Empty>
      ) : (
        <ol className="card plain-list lines">
          {rollouts.map((rollout) => {
            const because = rollout.waitingFor ?? rollout.decision?.because ?? rollout.reason;
            return (
              <li key={rollout.id}>
                <Link href={`/rollouts/${rollout.id}`}>
                  {rollout.intent === 'rollback'
                    ? 'gone back to'
                    : `released from ${rollout.from ?? 'nothing'}`}
                </Link>
                <time className="quiet" dateTime={rollout.createdAt}>
                  {ago(rollout.createdAt, now)}
                </time>
                <span>{because}</span>
                <Badge state={rollout.state} />
              </li>
            );
          })}
        </ol>
      )}
    </section>
  );
}
