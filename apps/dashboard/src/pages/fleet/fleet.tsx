import { queryOptions, useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import type { Schemas } from '#libs/client';
import { client, dataOf } from '../../api.ts';
import { Badge, Empty, Load, useNow } from '../../parts/basics.tsx';
import { ago } from '../../words.ts';
import {
  ageWords,
  dropWords,
  FEED_WORDS,
  kindWords,
  mixedReleases,
  STATE_WORDS,
  stateTone,
} from './fleet-words.ts';
import { Table } from '../../parts/lists/table.tsx';

type Fleet = Schemas['Fleet'];
type Plane = Schemas['DataPlane'];

const fleetQuery = queryOptions({
  queryKey: ['fleet'],
  queryFn: async () => dataOf(await client.GET('/api/v1/fleet')),
  // They are heard of every few seconds, without an event.
  refetchInterval: 5_000,
});

/** Who serves and who works: what each stands at, and what it means where one does not keep up. */
export default function FleetPage() {
  const fleet = useQuery(fleetQuery);
  return (
    <>
      <h1>Fleet</h1>
      <p className="lead quiet">Who serves callers, who judges rollouts, and who does not keep up.</p>
      <Load query={fleet} lines={10}>
        {(known) => <Shown fleet={known} />}
      </Load>
    </>
  );
}

function Shown({ fleet }: { fleet: Fleet }) {
  const { planes, models, silentAfterMs, feeds, workers } = fleet;
  const behind = planes.filter(({ state }) => state === 'behind');
  return (
    <>
      <Totals planes={planes} workers={workers} feeds={feeds} />
      {behind.length > 0 && <Behind planes={behind} silentAfterMs={silentAfterMs} />}
      <section aria-labelledby="planes">
        <h2 id="planes">Data planes</h2>
        {planes.length === 0 ? (
          <Empty>
            No gateway, Envoy or router was heard of in the last day: nobody serves callers, and steps do not
            end. <code>npm start</code> brings a gateway.
          </Empty>
        ) : (
          <>
            <Planes planes={planes} models={models} />
            <p className="quiet">
              Route age: how long ago, when it was last heard, it knew that its routes are the newest.
              Dropped, since it started: evidence that gates never saw, and copies of shadows that it did not
              make because too many were under way.
            </p>
          </>
        )}
      </section>
    </>
  );
}

function Totals({ planes, workers, feeds }: Pick<Fleet, 'planes' | 'workers' | 'feeds'>) {
  const now = useNow();
  const count = (state: Plane['state']): number => planes.filter((plane) => plane.state === state).length;
  const releases = mixedReleases(planes);
  const rest = (['behind', 'silent', 'reporting'] as const).filter((state) => count(state) > 0);
  return (
    <div className="card facts">
      <div>
        <p className="eyebrow">Serving callers</p>
        <p>
          <strong className="figure">{count('serving') + count('behind')}</strong> data planes
        </p>
        {releases.length > 0 && <p>Releases: {releases.join(' and ')}</p>}
        <p className="quiet">
          {rest.length === 0
            ? 'all are up to date'
            : rest.map((state) => `${count(state)} ${state}`).join(', ')}
        </p>
      </div>
      <div>
        <p className="eyebrow">Workers</p>
        <p>
          {workers.alive ? (
            <Badge state="active">alive</Badge>
          ) : (
            <>
              <Badge state="failed">none is alive</Badge> Rollouts stand still: nobody judges them, and no
              event is delivered.
            </>
          )}
        </p>
        <p className="quiet">
          {workers.heardAt === null ? 'not heard of in the last day' : `heard ${ago(workers.heardAt, now)}`}
        </p>
      </div>
      <div>
        <p className="eyebrow">Gates can be fed with</p>
        <p>{feeds.length === 0 ? 'counts alone' : feeds.map((feed) => FEED_WORDS[feed]).join(', ')}</p>
        <p className="quiet">
          {workers.judges.length === 0
            ? 'workers ask no judge and no metric source'
            : `workers ask ${workers.judges.map((name) => name.replace(':', ' ')).join(', ')}`}
        </p>
      </div>
    </div>
  );
}

/** What needs a look, first. */
function Behind({ planes, silentAfterMs }: { planes: readonly Plane[]; silentAfterMs: number }) {
  return (
    <section className="card wait" aria-labelledby="behind">
      <h2 id="behind">Behind</h2>
      <p>
        Callers of these may get what they got before, and the model’s step waits for them. One that is not
        heard of for {silentAfterMs / 1_000} s is waited for no longer.
      </p>
      <ul className="plain-list">
        {planes.map((plane) => (
          <li key={plane.id}>
            <strong>{plane.id}</strong> <Late plane={plane} />
          </li>
        ))}
      </ul>
    </section>
  );
}

const LATE_SHOWN = 3;

function Late({ plane: { firstBehind, behind } }: { plane: Plane }) {
  const now = useNow();
  return (
    <>
      {firstBehind.slice(0, LATE_SHOWN).map(({ model, revision, newest, publishedAt }, i) => (
        <span key={model}>
          {i > 0 && '; '}
          <Link href={`/models/${encodeURIComponent(model)}`}>{model}</Link>{' '}
          <span className="quiet">
            {revision === 0 ? 'none of its routes' : `revision ${revision}`}, the newest is {newest},
            published {ago(publishedAt, now)}
          </span>
        </span>
      ))}
      {behind > LATE_SHOWN && <span className="quiet">; and {behind - LATE_SHOWN} more</span>}
    </>
  );
}

/** What gates are missing is bad; copies are left out by design, before callers wait. */
function Dropped({ plane }: { plane: Plane }) {
  const words = dropWords(plane);
  if (words === null) return <>–</>;
  return (plane.lostRequests ?? 0) > 0 ? <Badge state="failed">{words}</Badge> : <>{words}</>;
}

function Planes({ planes, models }: { planes: readonly Plane[]; models: number }) {
  const now = useNow();
  return (
    <Table
      label="Data planes"
      columns={['Name', 'State', 'Release', 'Routes', 'Route age', 'Dropped', 'Heard', 'That means']}
    >
      {planes.map((plane) => (
        <tr key={plane.id}>
          <th scope="row">
            {plane.id} <div className="quiet">{kindWords(plane)}</div>
          </th>
          <td>
            <Badge state={stateTone(plane.state)}>{plane.state}</Badge>
          </td>
          <td>{plane.release ?? '–'}</td>
          <td>
            {plane.state === 'reporting'
              ? '–'
              : `${plane.acknowledged} of ${models}${plane.behind > 0 ? `, ${plane.behind} behind` : ''}`}
          </td>
          <td>{ageWords(plane.state === 'silent' ? null : plane.routesAgeMs)}</td>
          <td>
            <Dropped plane={plane} />
          </td>
          <td className="quiet">{ago(plane.heardAt, now)}</td>
          <td className="wide quiet">It {STATE_WORDS[plane.state]}.</td>
        </tr>
      ))}
    </Table>
  );
}
