import { Link } from 'wouter';
import type { PrimaryTime } from '../../queries.ts';
import { lasted, whenText } from '../../when.ts';
import { useNow } from '../basics.tsx';
import { PrimaryEnd } from './primary-end.tsx';
import { VersionLink } from './version-link.tsx';

interface PrimaryTimesProps {
  readonly model: string;
  /** The newest first. */
  readonly times: readonly PrimaryTime[];
  /** On the page of one version all of them are its own, and each says until when instead. */
  readonly isOfOne?: boolean;
}

/** When versions were primary, and how that ended. */
export function PrimaryTimes({ model, times, isOfOne = false }: PrimaryTimesProps) {
  const now = useNow();
  return (
    <ol className="card plain-list lines">
      {times.map((time) => (
        <li key={time.since}>
          <span>
            {isOfOne ? (
              <>
                <strong>{whenText(time.since)}</strong> – {time.until === null ? 'now' : whenText(time.until)}
              </>
            ) : (
              <>
                <strong>
                  <VersionLink model={model} version={time.version} />
                </strong>{' '}
                <time className="quiet" dateTime={time.since}>
                  since {whenText(time.since)}
                </time>
              </>
            )}
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
