import { formatDuration } from '#libs/kernel';
import { atMost, type Compare, fields, type Looser, oneOf, same, superset, time } from './orders.ts';
import type { FreezeWindow, Policy } from '../policy/policy.ts';
import { compareAlpha, compareBeta } from './tighter-budget.ts';
import { compareGates } from './tighter-gates.ts';
import { compareExposure, compareProof, matchSteps, outOfTime } from './tighter-steps.ts';

type ComparePolicies = (release: Policy, model: Policy) => readonly Looser[];

const of =
  <K extends keyof Policy>(key: K, compare: Compare<Policy[K]>, name: string = key): ComparePolicies =>
  (release, model) =>
    compare(release[key], model[key], `/${name}`);

/** How every field of a policy is ordered: a field without an order is a type error. */
const ORDERS: { readonly [K in keyof Policy]-?: ComparePolicies } = {
  name: () => [],
  steps: compareSteps,
  gates: compareGates,
  onUndecided: of('onUndecided', outOfTime),
  onNoData: of('onNoData', outOfTime),
  alpha: compareAlpha,
  beta: compareBeta,
  promoteWhen: of('promoteWhen', oneOf('proven', 'notFailed')),
  first: of('first', oneOf('approval', 'promote')),
  consecutiveErrors: of('consecutiveErrors', atMost()),
  // Neither is stricter: the one ends this trial for a newer version, the other keeps a newer version waiting.
  onNewVersion: of('onNewVersion', same()),
  freeze: of('freeze', compareFreeze),
  rollbackWindowMs: of('rollbackWindowMs', atMost<number>(time), 'rollbackWindow'),
  fourEyes: of('fourEyes', oneOf<boolean>(true, false)),
  dependencies: of('dependencies', oneOf('exclude', 'ignore')),
  // More kept is more of the callers' requests that is stored, less is less that an approver sees.
  samples: of('samples', fields<Policy['samples']>({ keep: same(), redact: superset })),
  // Neither is stricter: they are other callers.
  units: of('units', same()),
  localTrip: of('localTrip', compareTrip),
};

/**
 * In what is a release's policy looser than the model's? An empty list: it tightens it, or is equal.
 * "Tightens" is a partial order (but for names, which decide nothing): where it holds, `decide` with
 * the release's policy neither promotes, nor sends callers to the candidate, where it would not do so
 * with the model's on the same evidence.
 */
export function tightens(release: Policy, model: Policy): readonly Looser[] {
  return Object.values(ORDERS).flatMap((compare) => compare(release, model));
}

/** One line for people and errors. */
export const describeLooser = ({ release, model, todo }: Omit<Looser, 'field'>): string =>
  `${release}; the model's policy says ${model}: ${todo}`;

function compareSteps(release: Policy, model: Policy): readonly Looser[] {
  const matched = matchSteps(release, model);
  return [
    ...matched.looser,
    ...compareExposure(release, model, matched),
    ...compareProof(release, model, matched),
  ];
}

const showWindow = ({ cron, timeZone, durationMs }: FreezeWindow): string =>
  `"${cron}" (${timeZone}) for ${formatDuration(durationMs)}`;

/** Each of the model's windows must be there, as long or longer. */
function compareFreeze(
  release: readonly FreezeWindow[],
  model: readonly FreezeWindow[],
  field: string,
): readonly Looser[] {
  const covers = (own: FreezeWindow, { cron, timeZone, durationMs }: FreezeWindow): boolean =>
    own.cron === cron && own.timeZone === timeZone && own.durationMs >= durationMs;
  return model
    .filter((window) => !release.some((own) => covers(own, window)))
    .map((window) => ({
      field,
      release: release.length === 0 ? 'none' : release.map(showWindow).join(', '),
      model: showWindow(window),
      todo: `add ${showWindow(window)}`,
    }));
}

/** Fewer failures among more requests stop a candidate sooner. */
function compareTrip(
  release: Policy['localTrip'],
  model: Policy['localTrip'],
  field: string,
): readonly Looser[] {
  const show = (trip: Policy['localTrip']): string => (trip ? `${trip.failures} of ${trip.of}` : 'never');
  const holds =
    model === null || (release !== null && release.failures <= model.failures && release.of >= model.of);
  if (holds) return [];
  const todo = `write ${show(model)}, fewer failures, or more requests`;
  return [{ field, release: show(release), model: show(model), todo }];
}
