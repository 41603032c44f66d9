import { useIsFetching } from '@tanstack/react-query';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { UnderstudyError } from '#libs/client';
import { isLoggedOut, token } from '../api.ts';
import { base } from '../base.ts';
import { stateWords, toneOf } from '../words.ts';

export function Badge({ state, children }: { state: string; children?: ReactNode }) {
  return <span className={`badge ${toneOf(state)}`}>{children ?? stateWords(state)}</span>;
}

/** What went wrong, and what to do about it. */
export function Failure({ error, retry }: { error: unknown; retry?: () => void }) {
  const problem = error instanceof UnderstudyError ? error.problem : null;
  return (
    <div className="notice bad" role="alert">
      <strong>{problem?.status === 0 ? 'The server does not answer.' : 'This did not work.'}</strong>
      <p>{problem?.detail ?? (error as Error).message}</p>
      {problem && problem.errors.length > 0 && (
        <ul>
          {problem.errors.map((one) => (
            <li key={one.pointer + one.detail}>
              <code>{one.pointer}</code> {one.detail}
            </li>
          ))}
        </ul>
      )}
      {isLoggedOut(error) && (
        <p>
          <a href={`${base}/login`} onClick={token.clear}>
            Log in again
          </a>
        </p>
      )}
      {retry && (
        <button type="button" onClick={retry}>
          Try again
        </button>
      )}
    </div>
  );
}

export function Empty({ children }: { children: ReactNode }) {
  return <div className="empty">{children}</div>;
}

interface Loaded<T> {
  readonly data: T | undefined;
  readonly error: unknown;
  readonly refetch: () => unknown;
}

/** Shows what was loaded; until then something of its size, so that nothing jumps. */
export function Load<T>({
  query,
  lines = 4,
  children,
}: {
  query: Loaded<T>;
  lines?: number;
  children: (data: T) => ReactNode;
}) {
  if (query.data !== undefined) return <>{children(query.data)}</>;
  if (query.error) return <Failure error={query.error} retry={() => void query.refetch()} />;
  return (
    <div className="skeleton" role="status" aria-busy="true" aria-label="Loading">
      {Array.from({ length: lines }, (_, i) => (
        <div key={i} />
      ))}
    </div>
  );
}

/** The time, so that "3 s ago" grows; the same for all of a page. */
export function useNow(everyMs = 5_000): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}

export function Busy() {
  return <span className={useIsFetching() > 0 ? 'busy on' : 'busy'} aria-hidden="true" />;
}

interface ConfirmProps {
  readonly title: string;
  readonly consequence: ReactNode;
  readonly verb: string;
  readonly isDangerous?: boolean;
  readonly needsReason?: boolean;
  readonly act: (reason: string) => Promise<unknown>;
  readonly close: () => void;
  readonly children?: ReactNode;
  /** What can be done about a refusal, below it. */
  readonly remedy?: (refused: unknown) => ReactNode;
  /** Why it would be refused as things stand; `null`: it would not, as far as is known. */
  readonly hindrance?: string | null;
  /** What it is about is still being looked at. */
  readonly isWaiting?: boolean;
}

/** Asks before something is done, says what it will do, and takes the reason that is kept with it. */
export function Confirm({
  title,
  consequence,
  verb,
  isDangerous,
  needsReason = true,
  act,
  close,
  children,
  remedy,
  hindrance = null,
  isWaiting = false,
}: ConfirmProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [reason, setReason] = useState('');
  const [error, setError] = useState<unknown>(null);
  const [isActing, setActing] = useState(false);
  /** Stays on the page while the next try is made, so that nothing jumps. */
  const [refused, setRefused] = useState<unknown>(null);
  useEffect(() => dialog.current?.showModal(), []);
  const submit = async (): Promise<void> => {
    setActing(true);
    setError(null);
    try {
      await act(reason);
      dialog.current?.close();
    } catch (failed) {
      setError(failed);
      setRefused(failed);
      setActing(false);
    }
  };
  return (
    <dialog ref={dialog} onClose={close} aria-labelledby="confirm-title">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <h2 id="confirm-title">{title}</h2>
        <p>{consequence}</p>
        {children}
        {needsReason && (
          <label>
            Why? It is kept with what happens.
            <textarea
              required
              maxLength={2_000}
              rows={2}
              value={reason}
              onChange={(event) => setReason(event.target.value)}
            />
          </label>
        )}
        {hindrance !== null && (
          <p className="notice wait" role="status">
            Not possible now: {hindrance}
          </p>
        )}
        {error !== null && <Failure error={error} />}
        {refused !== null && remedy?.(refused)}
        <div className="buttons">
          <button type="button" className="plain" onClick={() => dialog.current?.close()}>
            Leave it as it is
          </button>
          <button
            type="submit"
            className={isDangerous ? 'danger' : 'primary'}
            disabled={isActing || isWaiting || hindrance !== null}
          >
            {verb}
          </button>
        </div>
      </form>
    </dialog>
  );
}
