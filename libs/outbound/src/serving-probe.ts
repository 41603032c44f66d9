import { addressUnder } from '#libs/kernel';
import {
  ALIVE,
  NO_HEALTH_PATH,
  readAnswer,
  readAnyAnswer,
  readyPathsOf,
  unreachable,
  type PathAnswer,
  type ReadyPath,
  type Readiness,
  type ServingProbe,
} from '#libs/engine';
import { fetchedContent } from './fetched-content.ts';
import { type OutboundFetch, reasonOf } from './outbound-fetch.ts';

/** For all paths of one probe together, bodies included. */
const PROBE_MS = 5_000;
/** What is read of a body: the states of a model server's models fit. */
const LONGEST_BODY = 64 * 1024;

/**
 * Asks a model server whether it is ready, at its own health path or at the usual ones, in 5 s at most. Redirects
 * are not followed, bodies are read to 64 KiB. A connection that breaks is tried once more: it may have been kept
 * alive from before the server was started again.
 * @param usualPath asked before the well-known ones (DEPLOYER_READY_PATH)
 */
export function servingProbe(usualPath: string, fetch: OutboundFetch, withinMs = PROBE_MS): ServingProbe {
  return {
    async probe({ url, healthPath, readyPath }) {
      const signal = AbortSignal.timeout(withinMs);
      const ask = async ({ path }: ReadyPath): Promise<PathAnswer> => {
        const request = () => fetch(addressUnder(url, path), { signal, redirect: 'manual' });
        const response = await request().catch((error: unknown) => {
          signal.throwIfAborted();
          if (!isBroken(error)) throw error;
          return request();
        });
        return { status: response.status, body: await bodyOf(response) };
      };
      try {
        return await say(readyPathsOf(healthPath, usualPath, readyPath), healthPath === NO_HEALTH_PATH, ask);
      } catch (error) {
        return unreachable(signal.aborted ? `no answer within ${withinMs / 1_000} s` : reasonOf(error));
      }
    },
  };
}

async function say(
  paths: readonly ReadyPath[],
  isAnyAnswer: boolean,
  ask: (path: ReadyPath) => Promise<PathAnswer>,
): Promise<Readiness> {
  for (const path of paths) {
    const answer = await ask(path);
    const said = isAnyAnswer ? readAnyAnswer(answer) : readAnswer(path, answer);
    if (said) return said;
  }
  return ALIVE;
}

/** Said by the peer's side of a connection that was there: a refused one is told at once. */
const isBroken = (error: unknown): boolean =>
  /other side closed|ECONNRESET|EPIPE/.test(`${reasonOf(error)} ${codeOf(error)}`);
const codeOf = (error: unknown): string =>
  String((error as { cause?: { code?: unknown } } | null)?.cause?.code ?? '');

/** The beginning of a body as JSON; `undefined` where it is none, too long, or does not end in time. */
async function bodyOf(response: Response): Promise<unknown> {
  const parts: Uint8Array[] = [];
  let size = 0;
  try {
    if (response.status !== 200) return undefined;
    for await (const part of response.body ?? []) {
      size += part.length;
      if (size > LONGEST_BODY) return undefined;
      parts.push(part);
    }
    const content = fetchedContent(Buffer.concat(parts), response.headers);
    return content.kind === 'value' ? content.value : undefined;
  } catch {
    // The head has said the status: a body that never ends takes nothing from it.
    return undefined;
  } finally {
    await response.body?.cancel().catch(() => undefined);
  }
}
