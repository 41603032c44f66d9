import { Link } from 'wouter';
import { Badge, Empty, useNow } from '../../parts/basics.tsx';
import { PrimaryEnd } from '../../parts/version/primary-end.tsx';
import { VersionLink } from '../../parts/version/version-link.tsx';
import type { PrimaryTime, Rollout } from '../../queries.ts';
import { ago } from '../../words.ts';
import { lasted, whenText } from '../../when.ts';

/** Which versions have served, the newest time first. */
export function Primaries({ model, times }: { model: string; times: readonly PrimaryTime[] }) {
  const now = useNow();
  if (times.length === 0) return <Empty>None has served yet.</Empty>;
  return (
    <ol className="card plain-list lines">
      {times.map((time) => (
        <li key={time.since}>
          <span>
            <strong>
              <VersionLink model={model} version={time.version} />
            </strong>{' '}
            <time className="quiet" dateTime={time.since}>
              since {whenText(time.since)}
            </time>
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
  );
}

/** Every rollout, the newest first. */
export function Rollouts({ rollouts }: { rollouts: readonly Rollout[] }) {
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
