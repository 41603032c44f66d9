import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { token } from '../api.ts';
import { base, pageHere } from '../base.ts';
import { methodsQuery } from '../queries.ts';

/**
 * What is for people who have logged in. A browser with neither a token nor a session is led to the login before anything is asked for: what would be
 * refused is for the record.
 */
export function LoggedIn({ children }: { children: ReactNode }) {
  const hasToken = token.get() !== null;
  const methods = useQuery({ ...methodsQuery, enabled: !hasToken, staleTime: Infinity });
  if (hasToken || methods.isError) return children;
  if (methods.isPending) return null;
  // An older api does not say.
  const { session = true } = methods.data as { session?: boolean };
  if (session) return children;
  window.location.replace(`${base}/login?to=${encodeURIComponent(pageHere())}`);
  return null;
}
