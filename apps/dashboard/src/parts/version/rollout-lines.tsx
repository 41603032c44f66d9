import { Link } from 'wouter';
import type { Rollout } from '../../queries.ts';
import { ago } from '../../words.ts';
import { Badge, useNow } from '../basics.tsx';

interface RolloutLinesProps {
  /** The newest first. */
  readonly rollouts: readonly Rollout[];
  /** What its link says. */
  readonly nameOf: (rollout: Rollout) => string;
}

/** Rollouts, each with how it stands or ended, and why. */
export function RolloutLines({ rollouts, nameOf }: RolloutLinesProps) {
  const now = useNow();
  return (
    <ol className="card plain-list lines">
      {rollouts.map((rollout) => (
        <li key={rollout.id}>
          <Link href={`/rollouts/${rollout.id}`}>{nameOf(rollout)}</Link>
          <time className="quiet" dateTime={rollout.createdAt}>
            {ago(rollout.createdAt, now)}
          </time>
          <span>{rollout.waitingFor ?? rollout.decision?.because ?? rollout.reason}</span>
          <Badge state={rollout.state} />
        </li>
      ))}
    </ol>
  );
}
