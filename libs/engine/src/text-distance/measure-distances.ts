import {
  addValue,
  distanceBin,
  EMBEDDED,
  EMPTY_TALLY,
  HISTOGRAM,
  MEASURE,
  mergeTallies,
  NO_MOMENTS,
  type Tally,
} from '#libs/stats';
import { EndpointFailure } from '../ports/endpoint-failure.ts';
import { judgePause } from '../pairwise-judge/judge-budget.ts';
import type { Stores } from '../ports/ports.ts';
import { type EmbeddedBatch, type EmbedPorts, embedTexts, hashOf } from './embed-texts.ts';
import type { EmbeddedPair, PairToEmbed } from './records.ts';
import { haveOtherWords, textsOf, type TextsToEmbed } from './texts-of-pairs.ts';
import { cosineDistance } from './unit-vector.ts';

/** Longer than one request takes; each request takes the pairs on anew. */
const LEASE_MS = 3 * 60_000;
const MOST_ATTEMPTS = 5;
const SAME_VECTOR = 'same_vector';
/** Reasons to do with the texts: they would be the same the next time. */
const LASTING = new Set(['zero_vector', SAME_VECTOR, 'shortened_alike', 'http_400', 'http_413', 'http_422']);
const OTHER_LENGTHS = 'other_lengths';

export interface MeasuredNow {
  /** Pairs that were taken on; there may be more. */
  readonly tried: number;
  /** The endpoint itself failed: it is to be left alone for a while. */
  readonly failure: EndpointFailure | null;
}

/**
 * Measures how far the texts of pairs that are due are apart, within each rollout's budget, and counts what comes of them as
 * evidence of the rollout's shadow: each pair once, for the step that its route belonged to.
 * @param random 0 to 1
 */
export async function measureDue(ports: EmbedPorts, random: () => number): Promise<MeasuredNow> {
  const { uow, embedder, limits } = ports;
  const most = Math.max(1, Math.floor(embedder.mostTexts / 2));
  await uow.run(({ embeddingPairs }) => embeddingPairs.dropEnded());
  const claimed = await uow.run(({ embeddingPairs }) => embeddingPairs.claim(most, MOST_ATTEMPTS, LEASE_MS));
  const [first] = claimed;
  if (first === undefined) return { tried: 0, failure: null };
  const { rolloutId } = first;
  const couldAsk = await uow.run(({ embeddingPairs }) => embeddingPairs.book(rolloutId, 0, limits));
  if (!couldAsk) {
    // Those that cost nothing too: identical texts alone would be no sample of the pairs.
    await settleAll(
      ports,
      claimed.map((pair) => settled(pair, EMBEDDED.overBudget)),
    );
    return { tried: claimed.length, failure: null };
  }
  const looked = claimed.map((pair) => textsOf(pair, embedder.mostCharacters));
  const asked = looked.filter((one): one is TextsToEmbed => 'primary' in one);
  const batch = await embedTexts(
    ports,
    asked.flatMap(({ primary, candidate }) => [primary, candidate]),
    { rolloutId, pairs: claimed, leaseMs: LEASE_MS },
  );
  const outcomes = looked.map((one) => ('primary' in one ? outcomeOf(one, batch) : one));
  await forgetUnfit(ports, asked, outcomes);
  await settleAll(ports, outcomes, batch, random);
  return { tried: claimed.length, failure: batch.ended instanceof EndpointFailure ? batch.ended : null };
}

const settled = (pair: PairToEmbed, outcome: EmbeddedPair['outcome']): EmbeddedPair => ({
  ...{ pair, outcome, distance: null },
  reason: null,
});

function outcomeOf(
  { pair, primary, candidate, isShortened }: TextsToEmbed,
  { texts, ended }: EmbeddedBatch,
): EmbeddedPair {
  const failed = (reason: string): EmbeddedPair => ({ ...settled(pair, EMBEDDED.failed), reason });
  const [a, b] = [texts.get(primary), texts.get(candidate)];
  if (a !== undefined && 'reason' in a) return failed(a.reason);
  if (b !== undefined && 'reason' in b) return failed(b.reason);
  if (a === undefined || b === undefined)
    return ended instanceof EndpointFailure ? failed(ended.code) : settled(pair, EMBEDDED.overBudget);
  if (a.length !== b.length) return failed(OTHER_LENGTHS);
  const distance = cosineDistance(a, b);
  // A model that does not read a text to its end says of other texts that they are the same.
  if (distance === 0 && haveOtherWords(primary, candidate)) return failed(SAME_VECTOR);
  return { ...settled(pair, isShortened ? EMBEDDED.shortened : EMBEDDED.compared), distance };
}

/** Vectors of before, of another model under the same name; and those of a model that says the same of other words, until it is set right. */
async function forgetUnfit(
  { uow, embedder }: EmbedPorts,
  asked: readonly TextsToEmbed[],
  outcomes: readonly EmbeddedPair[],
): Promise<void> {
  const of = new Set(
    outcomes
      .filter(({ reason }) => reason === OTHER_LENGTHS || reason === SAME_VECTOR)
      .map(({ pair }) => pair),
  );
  const hashes = asked
    .filter(({ pair }) => of.has(pair))
    .flatMap(({ primary, candidate }) => [primary, candidate].map((text) => hashOf(embedder.identity, text)));
  if (hashes.length > 0) await uow.run(({ embeddingPairs }) => embeddingPairs.forgetVectors(hashes));
}

/** Settles pairs, or has them wait for another attempt, and counts both, in one transaction. */
async function settleAll(
  { uow }: EmbedPorts,
  outcomes: readonly EmbeddedPair[],
  batch: EmbeddedBatch | null = null,
  random: () => number = () => 0,
): Promise<void> {
  const failure = batch?.ended instanceof EndpointFailure ? batch.ended : null;
  await uow.run(async (stores) => {
    const tallies = new Map<number, Tally[]>();
    const count = ({ revision }: PairToEmbed, tally: Tally): unknown =>
      tallies.set(revision, [...(tallies.get(revision) ?? []), tally]);
    for (const one of outcomes) {
      const { pair, reason } = one;
      if (reason === null || isLasting(one, batch) || pair.attempts >= MOST_ATTEMPTS) {
        if (await stores.embeddingPairs.settle(one)) count(pair, tallyOf(one));
        continue;
      }
      const waitMs = judgePause(pair.attempts, failure?.retryAfterMs ?? null, random());
      // That it failed shows at once: nobody waits for five attempts to learn why there are no data.
      if (await stores.embeddingPairs.again(pair, waitMs)) count(pair, failures(reason));
    }
    await countAll(stores, outcomes[0]?.pair.rolloutId, tallies);
  });
}

/** A refusal lasts where it is of this text, not of everything. */
const isLasting = ({ reason }: EmbeddedPair, batch: EmbeddedBatch | null): boolean =>
  reason !== null &&
  LASTING.has(reason) &&
  !(batch?.ended instanceof EndpointFailure && batch.ended.code === reason);

async function countAll(
  stores: Stores,
  rolloutId: string | undefined,
  tallies: ReadonlyMap<number, readonly Tally[]>,
): Promise<void> {
  if (rolloutId === undefined || tallies.size === 0) return;
  const { rollouts } = await stores.evidence.add(
    [...tallies].map(([revision, of]) => ({
      ...{ rolloutId, revision, arm: 'shadow' as const },
      tally: mergeTallies(of),
    })),
  );
  await stores.agenda.wakeForEvidence(rollouts);
}

const failures = (reason: string): Tally => ({
  ...EMPTY_TALLY,
  histograms: { [HISTOGRAM.embeddingFailures]: { [reason]: 1 } },
});

/** Only what was compared has a bin: what is known without asking is exactly 0 or 2. */
function tallyOf({ outcome, distance, reason }: EmbeddedPair): Tally {
  const isCompared = outcome === EMBEDDED.compared || outcome === EMBEDDED.shortened;
  return {
    ...EMPTY_TALLY,
    measures: distance === null ? {} : { [MEASURE.embeddingDistance]: addValue(NO_MOMENTS, distance) },
    histograms: {
      [HISTOGRAM.embedded]: { [outcome]: 1 },
      ...(isCompared && distance !== null
        ? { [HISTOGRAM.embeddingDistance]: { [distanceBin(distance)]: 1 } }
        : {}),
      ...(reason === null ? {} : failures(reason).histograms),
    },
  };
}
