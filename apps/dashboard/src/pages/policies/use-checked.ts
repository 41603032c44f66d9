import { useEffect, useState } from 'react';
import { UnderstudyError } from '#libs/client';
import type { Told } from '../../parts/policy-editor/found.ts';
import { type Plan, planOf } from './policy-requests.ts';

/** What the server says of a text. */
export interface Checked {
  readonly text: string;
  readonly plan: Plan | null;
  readonly errors: readonly Told[];
  /** It could not be asked, or says something of no place. */
  readonly failure: unknown;
}

const AFTER_MS = 300;
const NOTHING: Checked = { text: '', plan: null, errors: [], failure: null };

/** The server's word on a text, a moment after somebody has stopped writing; the last one stays until the next is there. */
export function useChecked(text: string, model: string, requestsPerSecond: string, callers: string): Checked {
  const [checked, setChecked] = useState<Checked>(NOTHING);
  useEffect(() => {
    if (text.trim() === '') return setChecked(NOTHING);
    const stop = new AbortController();
    const timer = setTimeout(() => {
      planOf(text, { model, requestsPerSecond, callers }, stop.signal).then(
        (plan) => setChecked({ text, plan, errors: [], failure: null }),
        (error: unknown) => {
          if (stop.signal.aborted) return;
          const errors = error instanceof UnderstudyError ? error.problem.errors : [];
          setChecked({ text, plan: null, errors, failure: errors.length === 0 ? error : null });
        },
      );
    }, AFTER_MS);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [text, model, requestsPerSecond, callers]);
  return checked;
}
