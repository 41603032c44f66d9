import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useEffect, useState } from 'react';
import { localPath } from '#libs/kernel';
import { client, token } from '../api.ts';
import { base } from '../base.ts';
import { Failure } from '../parts/basics.tsx';
import { methodsQuery } from '../queries.ts';
import { tokenOfLink } from '../token-of-link.ts';

export function Login() {
  const methods = useQuery(methodsQuery);
  const [error, setError] = useState<unknown>(null);
  const back = localPath(new URLSearchParams(window.location.search).get('to') ?? '/');
  const enter = async (given: string): Promise<void> => {
    token.set(given);
    try {
      await client.GET('/api/v1/auth/me');
      window.location.assign(base + back);
    } catch (failed) {
      token.clear();
      setError(failed);
    }
  };
  const submit = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    await enter(String(new FormData(event.currentTarget).get('token') ?? '').trim());
  };
  useEffect(() => {
    const linked = tokenOfLink(window.location);
    // Neither the address bar nor the history keeps it, whether it is used or not.
    if (window.location.hash.startsWith('#token='))
      window.history.replaceState(null, '', window.location.pathname + window.location.search);
    if (linked !== null) void enter(linked);
  }, []);
  return (
    <main className="login">
      <h1>Understudy</h1>
      {methods.data?.oidc && (
        <a className="button primary" href={`${base}/api/v1/auth/login?returnTo=${encodeURIComponent(back)}`}>
          Log in
        </a>
      )}
      <form className="card form" onSubmit={(event) => void submit(event)}>
        <label>
          {methods.data?.oidc ? 'Or with a token' : 'Your token'}
          <input name="token" type="password" required autoComplete="off" autoFocus placeholder="us_…" />
        </label>
        <p className="quiet">
          The first start shows the admin’s token once, and <code>understudy token create</code> makes others.
          It is kept in this tab only.
        </p>
        <button type="submit" className="primary">
          Go on
        </button>
        {error !== null && <Failure error={error} />}
      </form>
    </main>
  );
}
