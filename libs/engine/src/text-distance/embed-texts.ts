import { createHash } from 'node:crypto';
import { EndpointFailure } from '../ports/endpoint-failure.ts';
import type { UnitOfWork } from '../ports/ports.ts';
import type { Embedder, Embeddings } from './ports.ts';
import type { EmbeddingLimits, PairToEmbed } from './records.ts';
import type { UnitVector } from './unit-vector.ts';

/** The rollout's budget allows no further request. */
export const OVER_BUDGET = 'over_budget';

/** What came of each text: its direction, or the reason why it has none. A text that is not in here was not got to. */
export type EmbeddedTexts = ReadonlyMap<string, UnitVector | { readonly reason: string }>;

export interface EmbeddedBatch {
  readonly texts: EmbeddedTexts;
  /** Why not all texts were got to: the endpoint failed, or the budget is used up. */
  readonly ended: EndpointFailure | typeof OVER_BUDGET | null;
}

export interface EmbedPorts {
  readonly uow: UnitOfWork;
  readonly embedder: Embedder;
  readonly limits: EmbeddingLimits;
}

/** English has about four characters in each token. */
const CHARACTERS_OF_TOKEN = 4;
/** The endpoint refuses these very texts: it would again. */
const REFUSED = new Set(['http_400', 'http_413', 'http_422']);
/** Texts that are asked about by themselves to see whether the endpoint takes any. */
const MOST_PROBES = 2;

/** A text's vector is known by the model, how it is asked, and the text. */
export const hashOf = (identity: string, text: string): string =>
  createHash('sha256')
    .update(JSON.stringify([identity, text]))
    .digest('hex');

/** Tokens that texts are taken to have until the endpoint says how many they had. */
const estimateOf = (texts: readonly string[]): number =>
  texts.reduce((sum, { length }) => sum + Math.ceil(length / CHARACTERS_OF_TOKEN), 0);

/**
 * Embeds texts, none twice: first those that are known, then the others, in requests that the rollout's budget allows. One text
 * that the endpoint refuses does not cost the others their vectors: the batch is asked about in halves. Where the
 * endpoint refuses even the two shortest ones by themselves, it refuses everything, and that is its failure.
 * @param pairs whose texts these are; the claim on them goes on with each request
 */
export async function embedTexts(
  { uow, embedder, limits }: EmbedPorts,
  texts: readonly string[],
  { rolloutId, pairs, leaseMs }: { rolloutId: string; pairs: readonly PairToEmbed[]; leaseMs: number },
): Promise<EmbeddedBatch> {
  const hashes = new Map([...new Set(texts)].map((text) => [text, hashOf(embedder.identity, text)]));
  const known = new Map(
    (await uow.read((stores) => stores.embeddingPairs.vectors([...hashes.values()]))).map(
      ({ hash, vector }) => [hash, vector],
    ),
  );
  const found = new Map<string, UnitVector | { readonly reason: string }>();
  for (const [text, hash] of hashes) {
    const vector = known.get(hash);
    if (vector) found.set(text, vector);
  }

  const ask = async (part: readonly string[]): Promise<Embeddings | typeof OVER_BUDGET> => {
    const estimate = estimateOf(part);
    const isBooked = await uow.run(async ({ embeddingPairs }) => {
      await embeddingPairs.renew(pairs, leaseMs);
      return embeddingPairs.book(rolloutId, estimate, limits);
    });
    if (!isBooked) return OVER_BUDGET;
    let spent = 0;
    try {
      const answer = await embedder.embed(part);
      spent = answer.inputTokens;
      return answer;
    } catch (error) {
      if (!(error instanceof EndpointFailure)) throw error;
      spent = error.spent.inputTokens;
      throw error;
    } finally {
      await uow.run(({ embeddingPairs }) => embeddingPairs.correct(rolloutId, spent - estimate));
    }
  };
  const note = async (part: readonly string[], { vectors }: Embeddings): Promise<void> => {
    const fresh = part.flatMap((text, i) => {
      const vector = vectors[i] ?? 'not_finite';
      found.set(text, typeof vector === 'string' ? { reason: vector } : vector);
      return typeof vector === 'string' ? [] : [{ hash: hashes.get(text) ?? '', vector }];
    });
    await uow.run(({ embeddingPairs }) => embeddingPairs.noteVectors(fresh));
  };
  const embed = async (part: readonly string[]): Promise<typeof OVER_BUDGET | EndpointFailure | null> => {
    if (part.length === 0) return null;
    try {
      const answer = await ask(part);
      if (answer === OVER_BUDGET) return OVER_BUDGET;
      await note(part, answer);
      return null;
    } catch (error) {
      if (!(error instanceof EndpointFailure) || !REFUSED.has(error.code)) throw error;
      return error;
    }
  };
  /** Of an endpoint that takes some texts: those that it refuses are found. */
  const embedInHalves = async (part: readonly string[]): Promise<typeof OVER_BUDGET | null> => {
    const came = await embed(part);
    if (!(came instanceof EndpointFailure)) return came;
    const [only] = part;
    if (part.length === 1 && only !== undefined) {
      found.set(only, { reason: came.code });
      return null;
    }
    const middle = Math.ceil(part.length / 2);
    return (await embedInHalves(part.slice(0, middle))) ?? embedInHalves(part.slice(middle));
  };
  /** @throws EndpointFailure where it refuses the shortest ones too, each by itself: it refuses everything */
  const embedAny = async (part: readonly string[]): Promise<typeof OVER_BUDGET | null> => {
    const came = await embed(part);
    if (!(came instanceof EndpointFailure)) return came;
    if (part.length === 1) throw came;
    const shortest = [...part].sort((a, b) => a.length - b.length).slice(0, MOST_PROBES);
    const refused: string[] = [];
    for (const text of shortest) {
      const alone = await embed([text]);
      if (alone === OVER_BUDGET) return OVER_BUDGET;
      if (alone === null) {
        for (const one of refused) found.set(one, { reason: came.code });
        return embedInHalves(part.filter((one) => one !== text && !refused.includes(one)));
      }
      refused.push(text);
    }
    throw came;
  };

  const unknown = [...hashes.keys()].filter((text) => !found.has(text));
  try {
    for (let at = 0; at < unknown.length; at += embedder.mostTexts)
      if ((await embedAny(unknown.slice(at, at + embedder.mostTexts))) !== null)
        return { texts: found, ended: OVER_BUDGET };
    return { texts: found, ended: null };
  } catch (error) {
    if (!(error instanceof EndpointFailure)) throw error;
    return { texts: found, ended: error };
  }
}
