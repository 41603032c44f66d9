import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { client, dataOf } from '../api.ts';
import { Confirm, Empty, Failure, Load, useNow } from '../parts/basics.tsx';
import { useRequestKeys } from '../request-keys.ts';
import { ago } from '../words.ts';
import { Table } from '../parts/lists/table.tsx';

const ROLES = ['viewer', 'publisher', 'operator', 'approver', 'admin'] as const;

export function Tokens() {
  const queries = useQueryClient();
  const keys = useRequestKeys();
  const now = useNow();
  const tokens = useQuery({
    queryKey: ['tokens'],
    queryFn: async () => dataOf(await client.GET('/api/v1/tokens')).items,
  });
  const [made, setMade] = useState<string | null>(null);
  const [asked, setAsked] = useState<{ id: string; name: string; what: 'rotate' | 'revoke' } | null>(null);
  const changed = () => queries.invalidateQueries({ queryKey: ['tokens'] });
  const act = async (): Promise<void> => {
    if (!asked) return;
    const path = { id: asked.id };
    if (asked.what === 'revoke') await client.DELETE('/api/v1/tokens/{id}', { params: { path } });
    else
      setMade(
        dataOf(
          await keys.send(path, (headers) =>
            client.POST('/api/v1/tokens/{id}/rotate', { params: { path }, headers, body: {} as never }),
          ),
        ).token,
      );
    await changed();
  };
  return (
    <>
      <h1>Tokens</h1>
      {made !== null && (
        <div className="notice good" role="status">
          <strong>Copy it now: nothing shows it again.</strong>
          <pre tabIndex={0}>{made}</pre>
        </div>
      )}
      <NewToken
        made={(token) => {
          setMade(token);
          void changed();
        }}
      />
      <Load query={tokens} lines={6}>
        {(items) =>
          items.length === 0 ? (
            <Empty>There is no token.</Empty>
          ) : (
            <Table
              label="Tokens"
              columns={['Name', 'May', 'Models', 'Whose', 'Last used', 'Expires', { name: 'Actions' }]}
            >
              {items.map((token) => (
                <tr key={token.id}>
                  <th scope="row">{token.name}</th>
                  <td>{token.scopes.join(', ')}</td>
                  <td>{token.models?.join(', ') ?? 'all'}</td>
                  <td>{token.owner ?? '–'}</td>
                  <td className="quiet">
                    {token.lastUsedAt === null ? 'never' : ago(token.lastUsedAt, now)}
                  </td>
                  <td className="quiet">{token.expiresAt?.slice(0, 10) ?? 'never'}</td>
                  <td className="buttons">
                    {(['rotate', 'revoke'] as const).map((what) => (
                      <button
                        key={what}
                        type="button"
                        className="plain"
                        onClick={() => setAsked({ id: token.id, name: token.name, what })}
                      >
                        {what}
                        <span className="hidden"> {token.name}</span>
                      </button>
                    ))}
                  </td>
                </tr>
              ))}
            </Table>
          )
        }
      </Load>
      {asked && (
        <Confirm
          title={`${asked.what === 'revoke' ? 'Revoke' : 'Rotate'} “${asked.name}”?`}
          consequence={
            asked.what === 'revoke'
              ? 'Whoever uses it is refused from now on.'
              : 'A new token with the same rights; this one goes on for 24 hours.'
          }
          verb={asked.what}
          isDangerous={asked.what === 'revoke'}
          needsReason={false}
          act={act}
          close={() => setAsked(null)}
        />
      )}
    </>
  );
}

function NewToken({ made }: { made: (token: string) => void }) {
  const keys = useRequestKeys();
  const [error, setError] = useState<unknown>(null);
  const submit = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const form = event.currentTarget;
    const fields = new FormData(form);
    const text = (name: string): string => String(fields.get(name) ?? '').trim();
    const models =
      text('models') === ''
        ? null
        : text('models')
            .split(',')
            .map((one) => one.trim());
    setError(null);
    try {
      const body = { name: text('name'), role: text('role'), models, owner: text('owner') || null };
      const answer = await keys.send(body, (headers) =>
        client.POST('/api/v1/tokens', { headers, body: body as never }),
      );
      made(dataOf(answer).token);
      form.reset();
    } catch (failed) {
      setError(failed);
    }
  };
  return (
    <form className="card form" onSubmit={(event) => void submit(event)}>
      <h2>Make a token</h2>
      <label>
        Name <input name="name" required maxLength={100} />
      </label>
      <label>
        Role{' '}
        <select name="role" defaultValue="publisher">
          {ROLES.map((role) => (
            <option key={role}>{role}</option>
          ))}
        </select>
      </label>
      <label>
        Models (empty: all) <input name="models" placeholder="search-*, fraud" />
      </label>
      <label>
        Whose (empty: nobody’s) <input name="owner" />
      </label>
      <button type="submit" className="primary">
        Make it
      </button>
      {error !== null && <Failure error={error} />}
    </form>
  );
}
