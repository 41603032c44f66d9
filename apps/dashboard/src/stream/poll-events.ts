import { problemOf, UnderstudyError } from '#libs/client';
import { pause } from './pause.ts';
import type { SharedStreamOptions } from './stream-options.ts';

export const POLL_MS = 5_000;

type Ears = Pick<SharedStreamOptions, 'url' | 'token' | 'signal' | 'connected' | 'lost'>;

/** In place of a stream: every five seconds, while the page is seen, everything on it is looked at anew. */
export async function pollEvents(options: SharedStreamOptions): Promise<void> {
  while (!options.signal.aborted) {
    try {
      if (document.visibilityState === 'visible') await lookOnce(options);
    } catch (error) {
      options.lost?.(error);
      return options.refused();
    }
    await pause(POLL_MS, options.signal);
  }
}

/** @throws UnderstudyError when the api says that it may not (401, 403) */
export async function lookOnce({ url, token, signal, connected, lost }: Ears): Promise<void> {
  const given = token();
  try {
    const response = await fetch(`${url}/api/v1/auth/me`, {
      signal,
      headers: given === null ? {} : { authorization: `Bearer ${given}` },
    });
    if (!response.ok) throw new UnderstudyError(await problemOf(response));
    await response.arrayBuffer();
  } catch (error) {
    if (signal.aborted) return;
    if (error instanceof UnderstudyError && (error.status === 401 || error.status === 403)) throw error;
    return lost?.(error);
  }
  connected();
}
