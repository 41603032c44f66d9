import { MULTIPLE_SHARE } from '#libs/stats';
import { judgedSteps, spends } from '../budget/error-budget.ts';
import type { Looser } from './orders.ts';
import { isSourceGate, type EvidenceGate } from '../policy/gates/gates.ts';
import { type Policy } from '../policy/policy.ts';

/**
 * How much of the error budget stands behind each of a policy's gates, so that two policies can be
 * compared. Gates and steps share `alpha` (see `budgetOf`); segments take half of a gate's share,
 * a multiple beside an increase a quarter;
 * and of several stretches of traffic each later one gets a part of the stake (see `lnOverStrata`).
 * So further gates and steps make all others find harm later, unless `alpha` grows with them.
 */
function vigilance(policy: Policy, gate: EvidenceGate): number {
  const half = gate.segments === null ? 1 : 0.5;
  const byIncrease = 'margin' in gate && 'harmRatio' in gate.margin ? 1 - MULTIPLE_SHARE : 1;
  return (half * byIncrease * stake(stretches(policy, gate))) / pairs(policy);
}

/** Gates by the steps in which they are judged: what shares `alpha`. */
const pairs = (policy: Policy): number =>
  Math.max(
    1,
    policy.gates.filter(spends).reduce((sum, gate) => sum + judgedSteps(policy, gate).length, 0),
  );

/** Steps of a gate in which both arms may run side by side. */
const stretches = (policy: Policy, gate: EvidenceGate): number => judgedSteps(policy, gate).length;

/** The least part of the evidence of one stretch that counts, with so many stretches. */
const stake = (count: number): number => (count <= 1 ? 1 : 0.7 / (count - 1));

/**
 * How much more easily a proof comes about, at most, than with one stretch of traffic: a further
 * one at most doubles the weight of evidence that begins after it.
 */
const ease = (policy: Policy, gate: EvidenceGate): number => 2 ** Math.max(0, stretches(policy, gate) - 1);

const acting = (policy: Policy): readonly EvidenceGate[] =>
  policy.gates.filter((gate): gate is EvidenceGate => spends(gate) && !isSourceGate(gate));

/** The model's gates that act, with the release's of the same name. */
const both = (release: Policy, model: Policy): readonly (readonly [EvidenceGate, EvidenceGate])[] =>
  acting(model).flatMap((gate) => {
    const own = acting(release).find(({ name }) => name === gate.name);
    return own ? [[own, gate] as const] : [];
  });

/** The least `alpha` and the most `beta` by which each of the model's gates is as vigilant as the model's own. */
function needs(release: Policy, model: Policy): { readonly alpha: number; readonly beta: number } {
  const pairsOfGates = both(release, model);
  const alpha = pairsOfGates.map(
    ([own, gate]) => (model.alpha * vigilance(model, gate)) / vigilance(release, own),
  );
  const beta = pairsOfGates.map(([own, gate]) => (model.beta * ease(model, gate)) / ease(release, own));
  return { alpha: Math.max(model.alpha, ...alpha), beta: Math.min(model.beta, ...beta) };
}

/** What is still the same number after a way through a document. */
const NEAR = 1 + 1e-9;
const show = (value: number): string => String(Number(value.toPrecision(4)));

/** `alpha` (harm is found as soon) and `beta` (and a proof comes no sooner). */
export function compareAlpha(release: Policy, model: Policy): readonly Looser[] {
  const { alpha } = needs(release, model);
  if (release.alpha * NEAR >= alpha) return [];
  return [
    {
      field: '/alpha',
      release: show(release.alpha),
      model: show(model.alpha),
      todo:
        alpha > MOST
          ? 'leave out gates or steps: so many share the error budget that harm would be found too late'
          : `write at least ${show(alpha)}: below that the model's gates find harm later`,
    },
  ];
}

export function compareBeta(release: Policy, model: Policy): readonly Looser[] {
  const { beta } = needs(release, model);
  if (release.beta <= beta * NEAR) return [];
  const todo = `write at most ${show(beta)}: above that the model's gates are proven sooner`;
  return [{ field: '/beta', release: show(release.beta), model: show(model.beta), todo }];
}

/** What a policy may spend at most; see `parsePolicy`. */
const MOST = 0.5;

/**
 * The error budget by which a release's further gates and steps take nothing away from the model's
 * own: `alpha` grows with what shares it, `beta` shrinks with what adds to a proof.
 * @returns the release's own numbers where they are strict enough, and where they are looser than the
 *   model's to begin with: that is for `tightens` to refuse
 */
export function undilutedBudget(
  release: Policy,
  model: Policy,
): { readonly alpha: number; readonly beta: number } {
  const need = needs(release, model);
  const alpha =
    release.alpha * NEAR < model.alpha ? release.alpha : Math.min(MOST, Math.max(release.alpha, need.alpha));
  const beta = release.beta > model.beta * NEAR ? release.beta : Math.min(release.beta, need.beta);
  return { alpha, beta };
}
