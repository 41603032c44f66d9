import { createHash } from 'node:crypto';
import { EMPTY_TALLY, HISTOGRAM, JUDGED, type Judged, type Tally } from '#libs/stats';
import { EndpointFailure, type Tokens } from '../ports/endpoint-failure.ts';
import type { Stores, UnitOfWork } from '../ports/ports.ts';
import { affordablePairs, type JudgeLimits, judgePause } from './judge-budget.ts';
import { judgePrompt } from './judge-prompt.ts';
import type { Judge } from './ports.ts';
import { outcomeOfOrders, readPreference } from './preference.ts';
import type { ClaimedPair, JudgeSpending, Preference } from './records.ts';

export interface JudgePorts {
  readonly uow: UnitOfWork;
  readonly judge: Judge;
  /** With `{{request}}`, `{{answerA}}` and `{{answerB}}`. */
  readonly prompt: string;
  readonly limits: JudgeLimits;
}

/** Pairs that a worker has judged at once, two requests each. */
const AT_ONCE = 4;
/** Pairs at once that are put aside because the budget is used up. */
const PUT_ASIDE = 100;
/** Longer than the two requests of a pair take, which are asked at once. */
const LEASE_MS = 5 * 60_000;
const MOST_ATTEMPTS = 5;
/** The judge refuses this very request: it would again. */
const LASTING = new Set(['http_400', 'http_413', 'http_422', 'shortened_alike']);

export interface JudgedNow {
  /** Pairs that were taken on; there may be more. */
  readonly tried: number;
  /** The judge itself did not answer: it is to be left alone for a while. */
  readonly failure: EndpointFailure | null;
}

/**
 * Has pairs that are due judged, within each rollout's budget, and counts what comes of them as evidence of the
 * rollout's shadow: each pair once, for the step that its route belonged to.
 * @param random 0 to 1
 */
export async function judgeDue(ports: JudgePorts, random: () => number): Promise<JudgedNow> {
  await ports.uow.run((stores) => stores.textPairs.dropEnded());
  const claimed = await ports.uow.run((stores) => claimDue(stores, ports.limits));
  const failures = await Promise.all(claimed.map((pair) => judgeOne(ports, pair, random())));
  return { tried: claimed.length, failure: failures.find((failure) => failure !== null) ?? null };
}

async function claimDue(stores: Stores, limits: JudgeLimits): Promise<readonly ClaimedPair[]> {
  const claimed: ClaimedPair[] = [];
  const putAside: ClaimedPair[] = [];
  for (const spent of await stores.textPairs.spent()) {
    const affordable = affordablePairs(spent, limits);
    const most = Math.min(affordable, AT_ONCE - claimed.length);
    if (most > 0) claimed.push(...(await stores.textPairs.claim(spent.rolloutId, most, LEASE_MS)));
    // Identical ones too, that cost nothing: ties alone would be no sample of the pairs.
    if (affordable === 0)
      putAside.push(...(await stores.textPairs.claim(spent.rolloutId, PUT_ASIDE, LEASE_MS)));
  }
  await settle(stores, putAside, { outcome: JUDGED.overBudget, reason: null }, NOTHING);
  return claimed;
}

const NOTHING: JudgeSpending = { requests: 0, inputTokens: 0, outputTokens: 0 };

/** @returns the failure, where the judge did not answer at all */
async function judgeOne(
  ports: JudgePorts,
  pair: ClaimedPair,
  random: number,
): Promise<EndpointFailure | null> {
  const spent = { ...NOTHING };
  const outcome = await outcomeOf(ports, pair, spent).catch(asFailure);
  await ports.uow.run(async (stores) => {
    if (!(outcome instanceof EndpointFailure))
      return settle(stores, [pair], { outcome, reason: null }, spent);
    if (LASTING.has(outcome.code) || pair.attempts >= MOST_ATTEMPTS)
      return settle(stores, [pair], { outcome: JUDGED.failed, reason: outcome.code }, spent);
    const waitMs = judgePause(pair.attempts, outcome.retryAfterMs, random);
    return stores.textPairs.again(pair, spent, waitMs);
  });
  return outcome instanceof EndpointFailure && isOfTheJudge(outcome) ? outcome : null;
}

function asFailure(error: unknown): EndpointFailure {
  if (error instanceof EndpointFailure) return error;
  throw error;
}

const UNREADABLE = 'unreadable_reply';
const isOfTheJudge = ({ code }: EndpointFailure): boolean => !LASTING.has(code) && code !== UNREADABLE;

/** @param spent is added to, also where it fails */
async function outcomeOf(
  ports: JudgePorts,
  pair: ClaimedPair,
  spent: { -readonly [K in keyof JudgeSpending]: number },
): Promise<Judged> {
  if (pair.identical) return JUDGED.tie;
  const { request, primary, candidate } = pair;
  if (primary === candidate)
    throw new EndpointFailure('shortened_alike', 'the texts differ only in what is left out of them');
  const ask = async (answerA: string, answerB: string): Promise<Preference> => {
    const prompt = judgePrompt(ports.prompt, { request, answerA, answerB });
    const hash = createHash('sha256')
      .update(JSON.stringify([ports.judge.identity, prompt]))
      .digest('hex');
    const known = await ports.uow.read((stores) => stores.textPairs.answer(hash));
    if (known !== null) return known;
    spent.requests++;
    const book = ({ inputTokens, outputTokens }: Tokens): void => {
      spent.inputTokens += inputTokens;
      spent.outputTokens += outputTokens;
    };
    const reply = await ports.judge.ask(prompt).catch((error: unknown) => {
      // What cannot be read has been paid for all the same.
      if (error instanceof EndpointFailure) book(error.spent);
      throw error;
    });
    book(reply);
    const prefers = readPreference(reply.text);
    if (prefers === null)
      throw new EndpointFailure(
        UNREADABLE,
        `the reply holds no [[A]], [[B]] or [[C]]: ${reply.text.slice(0, 200)}`,
      );
    await ports.uow.run((stores) => stores.textPairs.noteAnswer(hash, prefers));
    return prefers;
  };
  // Both are waited for, so that what the second one has cost is counted where the first one fails.
  const both = await Promise.allSettled([ask(primary, candidate), ask(candidate, primary)]);
  const [first, second] = both.map((one) => {
    if (one.status === 'fulfilled') return one.value;
    throw one.reason;
  }) as [Preference, Preference];
  return outcomeOfOrders(first, second);
}

/** All pairs first, then all evidence: no transaction goes back to pairs while it holds evidence. */
async function settle(
  stores: Stores,
  pairs: readonly ClaimedPair[],
  { outcome, reason }: { readonly outcome: Judged; readonly reason: string | null },
  spent: JudgeSpending,
): Promise<void> {
  const settled: ClaimedPair[] = [];
  for (const pair of pairs)
    if (await stores.textPairs.settle({ pair, outcome, reason }, spent)) settled.push(pair);
  const tally = tallyOf(outcome, reason);
  const { rollouts } = await stores.evidence.add(
    settled.map(({ rolloutId, revision }) => ({ rolloutId, revision, arm: 'shadow', tally })),
  );
  await stores.agenda.wakeForEvidence(rollouts);
}

const tallyOf = (outcome: Judged, reason: string | null): Tally => ({
  ...EMPTY_TALLY,
  histograms: {
    [HISTOGRAM.judged]: { [outcome]: 1 },
    ...(reason === null ? {} : { [HISTOGRAM.judgeFailures]: { [reason]: 1 } }),
  },
});
