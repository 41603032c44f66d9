import { DomainError, formatInstant, type Instant } from '#libs/kernel';
import {
  DEFAULT_POLICY_DOCUMENT,
  describeLooser,
  expandedPolicy,
  frozenAt,
  type Looser,
  parseKeptPolicy,
  parsePolicy,
  type Policy,
  tightens,
  undilutedBudget,
} from '#libs/rollout';
import type { Authority } from '../access/authority.ts';
import type { ModelRecord } from '../ports/records.ts';
import { newOrKeptPolicy } from '../settings/new-or-kept-policy.ts';

/*
 * Who may loosen the rails, decided in this one place (docs/guides/access.md, "Who may loosen what").
 * Whoever submits a version never makes its own way easier: what comes with a release may tighten
 * what the model asks for, and only an admin's may loosen it, on the record.
 */

/** The policy document that holds for a model: its own, or the installation's default. */
export const effectivePolicy = (model: Pick<ModelRecord, 'policy'>): unknown =>
  model.policy ?? DEFAULT_POLICY_DOCUMENT;

/** What a release follows, and what of it is looser than what the model asks for. */
export interface ReleaseTerms {
  readonly policy: unknown;
  readonly loosened: readonly Looser[];
}

/**
 * The policy document that a release follows. One of its own that tightens the model's gets the error
 * budget by which its further gates and steps take nothing away from the model's (`undilutedBudget`).
 * @param own the release's document; `undefined` or `null`: the model's
 * @param hadPolicy it is that of a rollout of before: it was accepted by the rules of its time
 * @throws DomainError `policy_invalid`; `policy_looser` with every place, for all but an admin
 */
export function releaseTerms(
  own: unknown,
  model: Pick<ModelRecord, 'policy'>,
  authority: Authority,
  hadPolicy = false,
): ReleaseTerms {
  const theirs = effectivePolicy(model);
  if (own === undefined || own === null) {
    parseKeptPolicy(theirs);
    return { policy: theirs, loosened: [] };
  }
  const asked = parseKeptPolicy(theirs);
  const { said, release } = readOwnPolicy(own, model, authority, hadPolicy);
  const budget = undilutedBudget(release, asked);
  const looser = tightens({ ...release, ...budget }, asked);
  if (looser.length === 0) return { policy: withBudget(said as object, release, budget), loosened: [] };
  if (authority !== 'admin' && hadPolicy)
    throw policyLooser(
      "The policy that it had before is looser than the model's by now, and a release may only tighten it. Release it anew without that policy (POST /api/v1/models/{model}/rollouts, of a group POST /api/v1/release-groups), or have an operator change the model's with PUT /api/v1/models/{model}/policy.",
      looser,
    );
  if (authority !== 'admin')
    throw policyLooser(
      "The policy that comes with this release is looser than the model's, and a release may only tighten it. See errors: change these places, leave the policy out, or have an operator change the model's with PUT /api/v1/models/{model}/policy.",
      looser,
    );
  return { policy: said, loosened: looser };
}

/**
 * Reads the policy that comes with a release, in the one way in which it is read: with what it leaves unsaid, and by the rules for new ones
 * unless it is, so, the very one that the model has.
 * @returns the document with what it leaves unsaid, and what that says
 * @throws DomainError `policy_invalid`
 */
export function readOwnPolicy(
  own: unknown,
  model: Pick<ModelRecord, 'policy'>,
  authority: Authority,
  hadPolicy = false,
): { readonly said: unknown; readonly release: Policy } {
  const theirs = effectivePolicy(model);
  const said = withTheModels(expandedPolicy(own), parseKeptPolicy(theirs), authority);
  return { said, release: hadPolicy ? parseKeptPolicy(said) : newOrKeptPolicy(said, theirs) };
}

/**
 * What a release leaves unsaid is what the model says, where documents of before the field meant something else:
 * `onUndecided` (until 2026-11-27 silence meant `rollback`), and the multiple beside an increase (until 2026-11-28 the
 * default had none, and a copy of it would be refused as looser). An admin's increase means what it says: nothing of it would be refused.
 */
function withTheModels(own: unknown, asked: Policy, authority: Authority): unknown {
  if (typeof own !== 'object' || own === null) return own;
  const undecided =
    !Object.hasOwn(own, 'onUndecided') && asked.onUndecided === 'rollback' ? { onUndecided: 'rollback' } : {};
  const gates = 'gates' in own && Array.isArray(own.gates) ? own.gates : [];
  const filled = authority === 'admin' ? gates : gates.map((gate: unknown) => withMultiple(gate, asked));
  const isFilled = filled.some((gate, i) => gate !== gates[i]);
  return { ...own, ...undecided, ...(isFilled ? { gates: filled } : {}) };
}

/** `maxIncrease: 0.01` says no multiple; to have none, a model's policy says so. */
function withMultiple(gate: unknown, { gates }: Policy): unknown {
  if (typeof gate !== 'object' || gate === null || !('metric' in gate) || !('maxIncrease' in gate))
    return gate;
  const { metric, maxIncrease: points } = gate;
  const name = 'name' in gate ? gate.name : metric;
  const theirs = gates.find((one) => one.name === name && one.metric === metric);
  if (typeof points !== 'number' || theirs === undefined || !('margin' in theirs)) return gate;
  const ratio = 'harmRatio' in theirs.margin ? theirs.margin.harmRatio : undefined;
  return ratio === undefined ? gate : { ...gate, maxIncrease: { points, ratio } };
}

/** The document as it came, where its own budget will do. */
function withBudget(
  document: object,
  { alpha, beta }: Policy,
  budget: { alpha: number; beta: number },
): unknown {
  return alpha === budget.alpha && beta === budget.beta ? document : { ...document, ...budget };
}

/**
 * What becomes looser when a model's policy is replaced.
 * @throws DomainError `policy_looser` where four eyes are asked for: who may release must not be the one
 *   who takes that away, so it needs an admin
 */
export function replacedPolicy(before: unknown, after: unknown, authority: Authority): readonly Looser[] {
  const [old, fresh] = [parseKeptPolicy(before), newOrKeptPolicy(after, before)];
  const looser = tightens({ ...fresh, ...undilutedBudget(fresh, old) }, old);
  if (looser.length > 0 && old.fourEyes && authority !== 'admin')
    throw policyLooser(
      "The model's policy asks for four eyes, and this one is looser: that needs an admin. See errors for the places.",
      looser,
    );
  return looser;
}

/**
 * The policy that a new model is made with. A submitter's document that says no multiple gets the default's.
 * @throws DomainError `policy_looser` when a model is made by a submitter with a policy looser than the default
 */
export function firstPolicy(policy: unknown, authority: Authority): ReleaseTerms {
  const usual = parsePolicy(DEFAULT_POLICY_DOCUMENT);
  const expanded = expandedPolicy(policy);
  const said = authority === 'submit' ? withTheModels(expanded, usual, authority) : expanded;
  const own = parsePolicy(said);
  const looser = tightens({ ...own, ...undilutedBudget(own, usual) }, usual);
  if (looser.length > 0 && authority === 'submit')
    throw policyLooser(
      "The model's policy is looser than the installation's default: that needs an operator. See errors: change these places, or leave the policy out.",
      looser,
    );
  return { policy: said, loosened: looser };
}

function policyLooser(detail: string, looser: readonly Looser[]): DomainError {
  const errors = looser.map((one) => ({ pointer: one.field, detail: describeLooser(one) }));
  return new DomainError('forbidden', 'policy_looser', detail, errors);
}

/** @throws DomainError `freeze_override_forbidden` unless it is an operator's or an admin's word */
export function assertMayOverrideFreeze(authority: Authority): void {
  if (authority !== 'submit') return;
  throw new DomainError(
    'forbidden',
    'freeze_override_forbidden',
    'Only an operator or an admin overrides a freeze. Leave overrideFreeze out and the rollout waits, or ask one of them.',
    [{ pointer: '/overrideFreeze', detail: 'needs the scope operate or admin' }],
  );
}

/**
 * A person's word does not go through an open freeze window, unless they say that they mean it.
 * @returns the words for the record when it does; `null` when nothing is frozen
 * @throws DomainError `frozen` with the end of the window
 */
export function freezeOverridden(
  policy: Pick<Policy, 'freeze'>,
  rollout: { readonly overridesFreeze: boolean },
  now: Instant,
  word: { readonly action: string; readonly overrideFreeze: boolean },
): string | null {
  const frozen = rollout.overridesFreeze ? null : frozenAt(policy.freeze, now);
  if (frozen === null) return null;
  const until = `${formatInstant(frozen.until)}${frozen.reason === '' ? '' : ` (${frozen.reason})`}`;
  if (word.overrideFreeze) return `overriding the freeze until ${until}`;
  throw new DomainError(
    'conflict',
    'frozen',
    `The model is frozen until ${until}, so "${word.action}" waits until then. Repeat it with "overrideFreeze": true if it cannot wait; the reason is kept.`,
    [{ pointer: '/overrideFreeze', detail: `needed until ${until}` }],
  );
}
