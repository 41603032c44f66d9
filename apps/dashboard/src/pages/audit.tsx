import { useInfiniteQuery, useMutation } from '@tanstack/react-query';
import { Link } from 'wouter';
import { client, dataOf } from '../api.ts';
import { Badge, Empty, Failure, Load, useNow } from '../parts/basics.tsx';
import { Detached } from '../parts/detached.tsx';
import { VersionLink } from '../parts/version/version-link.tsx';
import { ago } from '../words.ts';
import { Table } from '../parts/lists/table.tsx';

export function Audit() {
  const now = useNow();
  const events = useInfiniteQuery({
    queryKey: ['audit'],
    initialPageParam: null as string | null,
    queryFn: async ({ pageParam }) =>
      dataOf(
        await client.GET('/api/v1/audit', {
          params: { query: { pageSize: 100, pageToken: pageParam } as never },
        }),
      ),
    getNextPageParam: (page) => page.nextPageToken,
  });
  const verify = useMutation({ mutationFn: async () => dataOf(await client.GET('/api/v1/audit/verify')) });
  return (
    <>
      <div className="row">
        <h1>Audit</h1>
        <button type="button" className="plain" onClick={() => verify.mutate()} disabled={verify.isPending}>
          {verify.isPending ? 'Verifying …' : 'Verify the record'}
        </button>
      </div>
      <div aria-live="polite">
        {verify.error && <Failure error={verify.error} />}
        {verify.data &&
          (verify.data.intact ? (
            <p className="notice good">
              All {verify.data.events} events in {verify.data.models} chains are as they were written.
              {(verify.data.detached ?? 0) > 0 &&
                ` ${verify.data.detached} more are in exports: understudy audit verify --exports reads those too.`}
            </p>
          ) : (
            <div className="notice bad">
              <strong>The record was changed.</strong>
              <ul>
                {verify.data.breaks.map((one) => (
                  <li key={`${one.model} ${one.sequence}`}>
                    {one.model || 'the installation'}, event {one.sequence}: {one.because}
                  </li>
                ))}
              </ul>
            </div>
          ))}
      </div>
      <Load query={events} lines={10}>
        {({ pages }) => {
          const all = pages.flatMap((page) => page.items);
          if (all.length === 0) return <Empty>Nothing has happened yet.</Empty>;
          return (
            <Table label="Events" columns={['When', 'What', 'Of', 'Who', 'Why']}>
              {all.map((event) => (
                <tr key={event.hash}>
                  <td className="quiet">
                    <time dateTime={event.at}>{ago(event.at, now)}</time>
                  </td>
                  <td>
                    {event.type === 'access.refused' ? <Badge state="fail">{event.type}</Badge> : event.type}
                  </td>
                  <td>
                    {event.rolloutId ? (
                      <Link href={`/rollouts/${event.rolloutId}`}>{event.model}</Link>
                    ) : event.model ? (
                      <Link href={`/models/${encodeURIComponent(event.model)}`}>{event.model}</Link>
                    ) : (
                      'the installation'
                    )}
                    {event.model && typeof event.data['version'] === 'number' && (
                      <>
                        {' '}
                        <VersionLink model={event.model} version={event.data['version']} />
                      </>
                    )}
                  </td>
                  <td>{event.actor}</td>
                  <td className="wide">
                    {String(event.data['because'] ?? event.data['code'] ?? event.data['name'] ?? '')}
                  </td>
                </tr>
              ))}
            </Table>
          );
        }}
      </Load>
      <Detached exports={events.data?.pages.at(-1)?.detached} />
      {events.hasNextPage && (
        <button
          type="button"
          className="plain"
          onClick={() => void events.fetchNextPage()}
          disabled={events.isFetchingNextPage}
        >
          Show earlier ones
        </button>
      )}
    </>
  );
}
