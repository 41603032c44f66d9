import type { PrimaryTime } from '../../queries.ts';
import { VersionLink } from './version-link.tsx';

/** How a time as primary ended. */
export function PrimaryEnd({ time, model }: { time: PrimaryTime; model: string }) {
  const { wasReplaced, next, refutedBy, proven } = time;
  if (wasReplaced === null) return <>{proven ? 'serves, proven' : 'serves, its bake is not over'}</>;
  return (
    <>
      {wasReplaced ? 'replaced' : 'taken off'}
      {next !== null && (
        <>
          {wasReplaced ? ' by ' : '; then '}
          <VersionLink model={model} version={next} />
        </>
      )}
      {refutedBy !== null && wasReplaced && `; later found harmful (rollback of version ${refutedBy})`}
    </>
  );
}
