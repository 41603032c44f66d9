import type { Route } from '#libs/traffic';

/**
 * Who gets what, by the route that is published: a state and a step's kind do not say it (at an approval, while paused, or in a bake the traffic
 * of the step before goes on, or some are held back).
 * @returns `null` where the model's route is none of this rollout's
 */
export function trafficView(route: Route | null, rolloutId: string) {
  if (route === null || route.rolloutId !== rolloutId || route.retired !== undefined) return null;
  const { primary, candidate } = route;
  return {
    primary: primary.version,
    candidate: candidate && {
      version: candidate.version,
      mode: candidate.mode,
      weight: candidate.weight,
      heldBack: candidate.heldBack ?? false,
      segments: (candidate.rings ?? []).map(({ segment, share }) => ({ segment, weight: share })),
    },
  };
}
