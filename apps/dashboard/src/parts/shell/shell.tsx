import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Search, Undo2 } from 'lucide-react';
import { lazy, type ReactNode, Suspense, useEffect, useState } from 'react';
import { useLocation } from 'wouter';
import { isLoggedOut } from '../../api.ts';
import { base, pageHere } from '../../base.ts';
import { followEvents, meQuery } from '../../queries.ts';
import { Busy, Failure } from '../basics.tsx';
import { Boundary } from './boundary.tsx';
import { RollBack } from './roll-back.tsx';
import { Side } from './side.tsx';

/** Loaded when it is first opened. */
const Palette = lazy(() => import('./palette.tsx'));

/** What is around every page: the pages, what is found and done from anywhere, and whether the server still tells what happens. */
export function Shell({ children }: { children: ReactNode }) {
  const me = useQuery(meQuery);
  const queries = useQueryClient();
  const [isUp, setUp] = useState(true);
  const [open, setOpen] = useState<'rollback' | 'palette' | null>(null);
  const close = (): void => setOpen(null);
  const [at] = useLocation();
  // The same one for as long as the answer is the same.
  const who = me.data;
  useEffect(() => {
    if (who === undefined) return;
    const stop = new AbortController();
    followEvents(queries, who, stop.signal, setUp).catch(() => setUp(false));
    return () => stop.abort();
  }, [who, queries]);
  useEffect(() => {
    const listen = (event: KeyboardEvent): void => {
      if (event.key.toLowerCase() !== 'k' || !(event.metaKey || event.ctrlKey)) return;
      // A dialog that is open is what somebody is at.
      if (document.querySelector('dialog[open]')) return;
      event.preventDefault();
      setOpen('palette');
    };
    document.addEventListener('keydown', listen);
    return () => document.removeEventListener('keydown', listen);
  }, []);
  // What is known of a person stays, while nobody can be asked.
  if (me.error && (who === undefined || isLoggedOut(me.error))) {
    if (!isLoggedOut(me.error)) return <Failure error={me.error} retry={() => void me.refetch()} />;
    window.location.replace(`${base}/login?to=${encodeURIComponent(pageHere())}`);
    return null;
  }
  return (
    <div className="frame">
      <a className="skip" href="#main">
        To the content
      </a>
      <Side name={who?.name} />
      <div>
        <header className="top">
          <button type="button" className="find" onClick={() => setOpen('palette')}>
            <Search className="icon" size={16} aria-hidden="true" /> Go to…
            <kbd aria-hidden="true">Ctrl K</kbd>
          </button>
          <Busy />
          <span className="room" />
          <button type="button" className="danger" onClick={() => setOpen('rollback')}>
            <Undo2 className="icon" size={16} aria-hidden="true" /> Roll back…
          </button>
        </header>
        {!isUp && (
          <p className="notice wait stripe" role="status">
            The server does not tell what happens right now; what you see may be old. Trying again …
          </p>
        )}
        <main id="main" tabIndex={-1}>
          <Boundary at={at}>{children}</Boundary>
        </main>
      </div>
      {open === 'rollback' && <RollBack close={close} />}
      {open === 'palette' && (
        <Suspense>
          <Palette close={close} rollBack={() => setOpen('rollback')} />
        </Suspense>
      )}
    </div>
  );
}
