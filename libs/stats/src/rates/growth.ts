import { lnDifferenceEvidence, type TwoArms } from './difference-bets.ts';

/** Beyond this many times what was seen, nobody can say. */
const MOST_GROWTH = 1_000;
const STEPS = 6;

/**
 * How many times as much must be seen of the present stretch until its evidence reaches a limit, if things go on as so far: above 1. Evidence is a
 * convex function of it (the logarithm of a sum of exponentials of sums), so what is found is where it passes the limit for good.
 * @param lnAt the evidence when so many times as much was seen
 * @returns `null`: it comes no nearer
 */
export function growthUntil(lnAt: (times: number) => number, limit: number): number | null {
  let [enough, before] = [2, 1];
  while (lnAt(enough) < limit) {
    before = enough;
    enough *= 2;
    if (enough > MOST_GROWTH) return null;
  }
  for (let i = 0; i < STEPS; i++) {
    const middle = (before + enough) / 2;
    if (lnAt(middle) < limit) before = middle;
    else enough = middle;
  }
  return enough;
}

/**
 * Stretches of traffic when so many times as much of the last one that has any was seen. What comes falls on the arms as the route declares, and is
 * bad as often as so far.
 */
export function grown(strata: readonly TwoArms[], times: number): readonly TwoArms[] {
  const at = lastSeen(strata);
  return strata.map((arms, i) => (i === at ? grownArms(arms, times) : arms));
}

/** Requests of the candidate in the stretch that `grown` has grow. */
export const trialsThatGrow = (strata: readonly TwoArms[]): number =>
  strata[lastSeen(strata)]?.candidate.trials ?? 0;

const lastSeen = (strata: readonly TwoArms[]): number =>
  strata.findLastIndex(({ candidate, primary }) => candidate.trials > 0 && primary.trials > 0);

function grownArms(arms: TwoArms, times: number): TwoArms {
  const { candidate, primary, ratio, paired } = arms;
  const more = ((times - 1) * candidate.trials) / ratio;
  return {
    ...arms,
    candidate: { successes: candidate.successes * times, trials: candidate.trials * times },
    primary: {
      successes: primary.successes * (1 + more / primary.trials),
      trials: primary.trials + more,
    },
    paired: paired && {
      onlyCandidate: paired.onlyCandidate * times,
      onlyPrimary: paired.onlyPrimary * times,
      both: paired.both * times,
      pairs: paired.pairs * times,
    },
  };
}

/** Of so many requests: what is asked for hardly depends on it from a few on. */
const SIZE = 20;

/**
 * How many units of the candidate prove that a rate is at most `margin` above the primary's, where nothing is bad, all units send alike, and each
 * sends many requests (ADR 53). Where something is bad, it takes more.
 * @param margin above 0; @param ratio requests of the candidate for each of the primary's; `paired`: both answer the same ones
 * @param safety how likely a candidate at the margin may pass
 */
export function unitsThatProve(
  margin: number,
  { ratio, paired, safety }: { readonly ratio: number; readonly paired: boolean; readonly safety: number },
): number | null {
  const few = 0.2 / margin;
  const lnAt = (times: number): number => {
    const n = few * times * SIZE;
    const none = { successes: 0, trials: n };
    const pairs = { onlyCandidate: 0, onlyPrimary: 0, both: 0, pairs: n };
    return lnDifferenceEvidence(
      {
        candidate: none,
        primary: { successes: 0, trials: n / ratio },
        ...{ ratio, unitSize: SIZE, paired: paired ? pairs : undefined },
      },
      margin,
      'below',
    );
  };
  const times = growthUntil(lnAt, Math.log(1 / safety));
  return times === null ? null : Math.ceil(few * times);
}
