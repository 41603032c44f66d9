import { Badge } from '../../parts/basics.tsx';
import type { Rollout } from '../../queries.ts';

/** What was checked before any traffic. */
export function Checks({ rollout }: { rollout: Rollout }) {
  if (rollout.checks === null) return null;
  return (
    <section aria-labelledby="checks">
      <h2 id="checks">Checks before any traffic</h2>
      <ul className="plain-list">
        {rollout.checks.map((check) => (
          <li key={check.check}>
            <Badge state={check.outcome === 'skipped' ? 'quiet' : check.outcome}>{check.outcome}</Badge>{' '}
            <strong>{check.check}</strong> {check.because}
          </li>
        ))}
      </ul>
    </section>
  );
}
