import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { client, dataOf } from '../api.ts';
import { Badge, Confirm, Empty, Failure, Load, useNow } from '../parts/basics.tsx';
import { useRequestKeys } from '../request-keys.ts';
import { ago } from '../words.ts';

export function Subscriptions() {
  const queries = useQueryClient();
  const [secret, setSecret] = useState<string | null>(null);
  const [asked, setAsked] = useState<{ id: string; name: string } | null>(null);
  const list = useQuery({
    queryKey: ['subscriptions'],
    queryFn: async () => dataOf(await client.GET('/api/v1/subscriptions')).items,
  });
  const changed = () => queries.invalidateQueries({ queryKey: ['subscriptions'] });
  const setState = async (id: string, state: 'active' | 'disabled'): Promise<void> => {
    await client.PATCH('/api/v1/subscriptions/{id}', { params: { path: { id } }, body: { state } as never });
    await changed();
  };
  return (
    <>
      <h1>Subscriptions</h1>
      {secret !== null && (
        <div className="notice good" role="status">
          <strong>Deliveries are signed with this. Copy it now: nothing shows it again.</strong>
          <pre tabIndex={0}>{secret}</pre>
        </div>
      )}
      <NewSubscription
        made={(made) => {
          setSecret(made);
          void changed();
        }}
      />
      <Load query={list} lines={4}>
        {(items) =>
          items.length === 0 ? (
            <Empty>Nobody is told what happens yet.</Empty>
          ) : (
            <ul className="cards">
              {items.map((one) => (
                <li key={one.id} className="card">
                  <div className="row">
                    <h2>{one.name}</h2>
                    <Badge state={one.state} />
                  </div>
                  <p>
                    <code>{one.url}</code> gets {one.events.join(', ')} of{' '}
                    {one.models?.join(', ') ?? 'all models'}
                  </p>
                  {one.because && <p className="quiet">Disabled: {one.because}</p>}
                  <Deliveries id={one.id} />
                  <div className="buttons">
                    <button
                      type="button"
                      className="plain"
                      onClick={() => void setState(one.id, one.state === 'active' ? 'disabled' : 'active')}
                    >
                      {one.state === 'active' ? 'Disable' : 'Make active'}
                      <span className="hidden"> {one.name}</span>
                    </button>
                    <button
                      type="button"
                      className="danger"
                      onClick={() => setAsked({ id: one.id, name: one.name })}
                    >
                      Remove<span className="hidden"> {one.name}</span>
                    </button>
                  </div>
                </li>
              ))}
            </ul>
          )
        }
      </Load>
      {asked && (
        <Confirm
          title={`Remove “${asked.name}”?`}
          consequence="It is told nothing more, and what waits for it is forgotten."
          verb="Remove"
          isDangerous
          needsReason={false}
          act={async () => {
            await client.DELETE('/api/v1/subscriptions/{id}', { params: { path: { id: asked.id } } });
            await changed();
          }}
          close={() => setAsked(null)}
        />
      )}
    </>
  );
}

function Deliveries({ id }: { id: string }) {
  const now = useNow();
  const queries = useQueryClient();
  const list = useQuery({
    queryKey: ['subscriptions', id, 'deliveries'],
    queryFn: async () =>
      dataOf(
        await client.GET('/api/v1/subscriptions/{id}/deliveries', {
          params: { path: { id }, query: { pageSize: 5 } as never },
        }),
      ).items,
  });
  const replay = async (): Promise<void> => {
    await client.POST('/api/v1/subscriptions/{id}/deliveries/replay', { params: { path: { id } } });
    await queries.invalidateQueries({ queryKey: ['subscriptions', id] });
  };
  const items = list.data ?? [];
  if (items.length === 0) return <p className="quiet">Nothing has been sent yet.</p>;
  return (
    <>
      <ol className="events">
        {items.map((one) => (
          <li key={one.id}>
            <time>{ago(String(one['createdAt'] ?? ''), now)}</time> <Badge state={one.state} /> {one.type}{' '}
            {one.model ?? ''} <span className="quiet">{one.lastError ?? ''}</span>
          </li>
        ))}
      </ol>
      {items.some(({ state }) => state === 'dead') && (
        <button type="button" className="plain" onClick={() => void replay()}>
          Send what was given up again
        </button>
      )}
    </>
  );
}

function NewSubscription({ made }: { made: (secret: string) => void }) {
  const keys = useRequestKeys();
  const [error, setError] = useState<unknown>(null);
  const submit = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const form = event.currentTarget;
    const fields = new FormData(form);
    const text = (name: string): string => String(fields.get(name) ?? '').trim();
    const list = (name: string): string[] | undefined =>
      text(name) === ''
        ? undefined
        : text(name)
            .split(',')
            .map((one) => one.trim());
    setError(null);
    try {
      const body = {
        name: text('name'),
        url: text('url'),
        format: text('format'),
        events: list('events'),
        models: list('models') ?? null,
      };
      const answer = await keys.send(body, (headers) =>
        client.POST('/api/v1/subscriptions', { headers, body: body as never }),
      );
      made(dataOf(answer).secret);
      form.reset();
    } catch (failed) {
      setError(failed);
    }
  };
  return (
    <form className="card form" onSubmit={(event) => void submit(event)}>
      <h2>Subscribe</h2>
      <label>
        Name <input name="name" required maxLength={100} />
      </label>
      <label>
        URL <input name="url" type="url" required />
      </label>
      <label>
        Form{' '}
        <select name="format">
          <option value="cloudevents">CloudEvents, signed</option>
          <option value="slack">Slack</option>
        </select>
      </label>
      <label>
        Events (empty: the usual) <input name="events" placeholder="rollout.*, gate.judged" />
      </label>
      <label>
        Models (empty: all) <input name="models" placeholder="search-*" />
      </label>
      <button type="submit" className="primary">
        Subscribe
      </button>
      {error !== null && <Failure error={error} />}
    </form>
  );
}
