import {
  type BatchAnswer,
  CLOCK_HEADER,
  type EvidenceBatch,
  PROTOCOL_HEADER,
  PROTOCOL_VERSION,
  readBatchAnswer,
} from '#libs/gateway-protocol';
import type { Logger } from '#libs/observe';

const SEND_MS = 5_000;
/** The batch itself is wrong: sent again, it is refused again. Anything else may pass (a token, the database). */
const LASTING: ReadonlySet<number> = new Set([400, 413, 415, 422]);

/** What became of a batch. */
export type Posted =
  | { readonly kind: 'ok'; readonly answer: BatchAnswer }
  | { readonly kind: 'retry' }
  | { readonly kind: 'refused'; readonly status: number; readonly text: string };

/** Sends one batch to the api. */
export type EvidencePost = (batch: BatchToPost) => Promise<Posted>;

type Newer = 'textPairs' | 'primaries';
/** A batch without the lists that are newer than the oldest api, where they are empty. */
export type BatchToPost = Omit<EvidenceBatch, Newer> & Partial<Pick<EvidenceBatch, Newer>>;

/** An api from before there were text pairs refuses a list that it does not know; it asks for none, so there are none. */
export function batchToPost({ textPairs, primaries, ...batch }: EvidenceBatch): BatchToPost {
  return {
    ...batch,
    ...(textPairs.length === 0 ? {} : { textPairs }),
    ...(primaries.length === 0 ? {} : { primaries }),
  };
}

/**
 * An api from before there was a version refuses fields that it does not know, and all of the batch with them. What the sender is able to do is said
 * to it all the same, at first: to who leaves it out all is credited, and a minute long policies would be taken that nothing can feed.
 */
const asOldestTakeIt = ({ primaries: _, about: _a, ...batch }: BatchToPost): BatchToPost => ({
  ...batch,
  entries: batch.entries.map(({ traces: _, ...entry }) => entry),
});

const withoutAbilities = ({ lacks: _l, moves: _m, serves: _s, ...batch }: BatchToPost): BatchToPost => batch;
const saysAbilities = ({ lacks, moves, serves }: BatchToPost): boolean =>
  lacks !== undefined || moves !== undefined || serves !== undefined;

/** Posts to `/api/v1/gateway/evidence`. */
export function evidencePost(
  to: { readonly apiUrl: string; readonly token: string },
  logger: Logger,
): EvidencePost {
  let apisVersion = 0;
  const post: EvidencePost = async (batch) => {
    try {
      const response = await fetch(`${to.apiUrl}/api/v1/gateway/evidence`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${to.token}`,
          'content-type': 'application/json',
          [PROTOCOL_HEADER]: String(PROTOCOL_VERSION),
          // As it is now, however long the batch has waited: the one that names slices of time (`EvidenceCollector`).
          [CLOCK_HEADER]: String(Date.now()),
        },
        body: JSON.stringify(apisVersion > 0 ? batch : asOldestTakeIt(batch)),
        signal: AbortSignal.timeout(SEND_MS),
      });
      const text = await response.text();
      if (response.ok) {
        const answer = readBatchAnswer(text);
        apisVersion = answer.protocol;
        return { kind: 'ok', answer };
      }
      const shown = { status: response.status, text: text.slice(0, 500) };
      if (LASTING.has(response.status)) {
        if (apisVersion === 0 && saysAbilities(batch)) return await post(withoutAbilities(batch));
        return { kind: 'refused', ...shown };
      }
      logger.error(shown, 'evidence was not taken; it is kept');
      return { kind: 'retry' };
    } catch {
      return { kind: 'retry' }; // the api is away; the collector goes on adding up
    }
  };
  return post;
}
