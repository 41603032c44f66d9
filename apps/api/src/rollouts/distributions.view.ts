import { withStart, type Evidence, type Profile } from '#libs/rollout';
import {
  alike,
  chiSquare,
  HISTOGRAM,
  jensenShannon,
  populationStabilityIndex,
  totalOf,
  type Bins,
} from '#libs/stats';

/** How far two histograms are from each other; `null` while one of them is empty. */
function distance(one: Bins, other: Bins) {
  const { one: a, other: b } = alike(one, other);
  if (totalOf(a) === 0 || totalOf(b) === 0) return null;
  const { statistic, degrees, p } = chiSquare(a, b);
  return {
    stabilityIndex: populationStabilityIndex(a, b),
    jensenShannon: jensenShannon(a, b),
    /** For one look; no verdict rests on it. */
    chiSquare: { statistic, degrees, p },
  };
}

/** What became of requests is in the evidence; it is no distribution of what a model says. */
const COUNTS_BY_REASON = new Set<string>([HISTOGRAM.failures, HISTOGRAM.replaced, HISTOGRAM.notRead]);

/** Every histogram of a rollout, per step: the counts of each arm and of the training data, and their distances. */
export function distributionsView(evidence: Evidence, profile: Profile | null) {
  return Object.entries(evidence).flatMap(([step, here]) => {
    const { primary, candidate, shadow } = withStart(here);
    const trial = shadow.requests > 0 ? shadow : candidate;
    const names = new Set([primary, trial].flatMap((arm) => Object.keys(arm.histograms)));
    return [...names]
      .filter((name) => !name.startsWith('unit_') && !COUNTS_BY_REASON.has(name))
      .sort()
      .map((name) => {
        const of = (arm: typeof primary): Bins =>
          Object.hasOwn(arm.histograms, name) ? (arm.histograms[name] ?? {}) : {};
        const baseline =
          profile && Object.hasOwn(profile.histograms, name) ? (profile.histograms[name] ?? null) : null;
        return {
          step: Number(step),
          name,
          candidate: of(trial),
          primary: of(primary),
          baseline,
          candidateToPrimary: distance(of(trial), of(primary)),
          candidateToBaseline: baseline && distance(of(trial), baseline),
          primaryToBaseline: baseline && distance(of(primary), baseline),
        };
      });
  });
}
