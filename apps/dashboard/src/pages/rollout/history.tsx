import { useQuery } from '@tanstack/react-query';
import { Load, useNow } from '../../parts/basics.tsx';
import { Detached } from '../../parts/detached.tsx';
import { eventsQuery } from '../../queries.ts';
import { ago, stateWords } from '../../words.ts';
import { foldLooks } from './fold-looks.ts';

/** The rollout's record, the newest first. */
export function History({ id }: { id: string }) {
  const events = useQuery(eventsQuery(id));
  const now = useNow();
  return (
    <section aria-labelledby="history">
      <h2 id="history">What happened</h2>
      <Load query={events}>
        {({ items, detached }) => (
          <>
            <ol className="events" reversed>
              {[...foldLooks(items)].reverse().map(({ event, looksBefore }) => (
                <li key={event.sequence}>
                  <time dateTime={event.at}>{ago(event.at, now)}</time>{' '}
                  <strong>{stateWords(event.type.replace('rollout.', ''))}</strong>{' '}
                  {typeof event.data['because'] === 'string' ? event.data['because'] : ''}{' '}
                  <span className="quiet">
                    by {event.actor}
                    {looksBefore > 0 && `, after ${looksBefore} more ${looksBefore === 1 ? 'look' : 'looks'}`}
                  </span>
                </li>
              ))}
            </ol>
            <Detached exports={detached} />
          </>
        )}
      </Load>
    </section>
  );
}
