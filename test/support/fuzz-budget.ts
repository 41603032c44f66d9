/** How long a fuzzer goes on, and where its inputs begin. */
export interface FuzzBudget {
  /** The least time; the round that is under way then is finished. */
  readonly seconds: number;
  /** Of the first round; the next rounds count on from it. */
  readonly seed: number;
}

/** The inputs of a run in CI are the same every time: a build fails by its change, not by its luck. */
const CI_SEED = 7;
/** What a round that has begun, and the start and end of processes, may take on top. */
const ROUND_SECONDS = 120;

/**
 * What `npm run test:fuzz -- gateway` says by FUZZ_SECONDS (of each file) and FUZZ_SEED; without them the bounded time of CI.
 * @param ciSeconds in CI; 0: one round
 * @param share of the file's time, where a file has several fuzzers: 0.5 of two
 */
export function fuzzBudget(ciSeconds: number, share = 1): FuzzBudget {
  const seconds = Number(process.env['FUZZ_SECONDS'] ?? NaN);
  return {
    seconds: Number.isFinite(seconds) ? seconds * share : ciSeconds,
    seed: Number(process.env['FUZZ_SEED'] ?? CI_SEED),
  };
}

/** For `it`: longer than a budget by far, so that it is the property that fails and not the clock. */
export const fuzzTimeoutMs = ({ seconds }: FuzzBudget): number => (seconds * 1.5 + ROUND_SECONDS) * 1_000;

/**
 * Plays rounds with one seed after the other until the time is up, one at least. A failure names its seed: give it as FUZZ_SEED.
 * @param round for instance `(seed) => fc.assert(property, { seed, numRuns: 200 })`
 * @param leastRounds for a test that wants to have seen certain answers: on a busy machine one round may take all the time
 * @returns how many rounds there were
 */
export async function fuzzRounds(
  { seconds, seed }: FuzzBudget,
  round: (seed: number) => unknown,
  leastRounds = 1,
): Promise<number> {
  const until = performance.now() + seconds * 1_000;
  let rounds = 0;
  do {
    const at = seed + rounds;
    try {
      await round(at);
    } catch (error) {
      throw new Error(`seed ${at}: ${error instanceof Error ? error.message : String(error)}`, {
        cause: error,
      });
    }
    rounds++;
  } while (performance.now() < until || rounds < leastRounds);
  return rounds;
}
