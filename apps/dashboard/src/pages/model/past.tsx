import { Link } from 'wouter';
import { Badge, Empty, useNow } from '../../parts/basics.tsx';
import type { Rollout } from '../../queries.ts';
import { ago } from '../../words.ts';

/** Which versions have served, the newest first, by the rollouts that made them primary. */
export function Primaries({ rollouts }: { rollouts: readonly Rollout[] }) {
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
