import type { Rollout } from '../../queries.ts';
import { Checks } from '../rollout/checks.tsx';

/** What the newest rollout that has checked it found before any traffic, golden requests among it. @param rollouts the newest first */
export function Checked({ rollouts }: { rollouts: readonly Rollout[] }) {
  const last = rollouts.find(({ checks }) => checks !== null && checks.length > 0);
  return last === undefined ? null : <Checks rollout={last} />;
}
