import { Badge } from '../../../parts/basics.tsx';
import type { Version } from '../../../queries.ts';
import { ago } from '../../../words.ts';

/** Whether callers can be sent to a version, since when, and why not. */
export function Server({ version: { deployment, servingUrls }, now }: { version: Version; now: number }) {
  if (!deployment || deployment.state === 'retired') return <>–</>;
  // Of several replicas some may not be.
  if (deployment.state === 'ready')
    return (
      <>
        <Badge state="ready" /> {servingUrls.length > 1 && deployment.because}
      </>
    );
  return (
    <>
      <Badge state={deployment.state} />{' '}
      <span className="quiet">
        since {ago(deployment.since, now)}: {deployment.because}
      </span>
    </>
  );
}
