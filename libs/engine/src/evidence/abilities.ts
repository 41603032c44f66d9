import { DomainError } from '#libs/kernel';
import {
  muteGates,
  needsAbilities,
  type NeverDone,
  type Policy,
  slowSteps,
  uncountedRings,
  type Unconfigured,
  unconfigured,
} from '#libs/rollout';
import { policyOf } from '../settings/policy-of.ts';
import type { Stores } from '../ports/ports.ts';
import { assertPolicyPriced } from '../settings/prices.ts';
import type { ModelRecord, RolloutRecord } from '../ports/records.ts';

/** How often workers say what they can ask, and data planes what they can do, and for how long one's word counts. */
export const ABILITIES_EVERY_MS = 10_000;
const FRESH_MS = 60_000;

type HasAbilities = Pick<Stores, 'abilities'>;

/** What of a policy is no mistake for certain, and would keep a release from starting today, or from being judged. */
export interface PolicyWarning {
  readonly code:
    | 'gate_unconfigured'
    | 'gate_url_refused'
    | 'gate_never_judges'
    | 'gate_few_units'
    | 'prices_missing'
    | 'ring_not_counted'
    | 'step_too_slow';
  /** In the policy. */
  readonly pointer: string;
  readonly detail: string;
}

/**
 * Refuses a policy with a gate that no worker can judge as it is set up, or that no data plane feeds: its rollout would only ever wait. Where no worker,
 * or no data plane, has spoken in the last minute nothing is known, and nothing refused: the gate then says itself what it lacks.
 * @throws DomainError `gate_unconfigured`, which names the gates and the settings
 */
export async function assertConfigured(stores: HasAbilities, policy: Policy): Promise<void> {
  const lacking = await lackingGates(stores, policy);
  if (lacking.length === 0) return;
  throw new DomainError(
    'invalid',
    'gate_unconfigured',
    inWords(lacking),
    lacking.map(({ pointer, settings }) => ({ pointer: `/policy${pointer}`, detail: `needs ${settings}` })),
  );
}

/**
 * Why a rollout that waits could not be judged if it started now, by what workers can ask today.
 * @returns in words; `null`: nothing is missing, or no worker has spoken
 */
export async function whyUnconfigured(
  stores: HasAbilities,
  rollout: Pick<RolloutRecord, 'policy' | 'policyHash'>,
  { primary }: Pick<ModelRecord, 'primary'>,
): Promise<string | null> {
  // A first version has nothing to be compared with.
  if (primary === null) return null;
  const lacking = await lackingGates(stores, policyOf(rollout));
  return lacking.length === 0 ? null : inWords(lacking);
}

/** How it is found out what a policy could not have done today. */
export interface PolicyAsking {
  readonly read: (
    asked: (stores: HasAbilities) => Promise<readonly Unconfigured[]>,
  ) => Promise<readonly Unconfigured[]>;
  /** Why nobody may connect to a URL; `null`: somebody may, or it is not known. */
  readonly refusal: (url: string) => Promise<string | null>;
}

/**
 * For whoever writes a policy, or saves one: a worker may be set up for it before anything is released by it.
 * @param model where it is known whose policy it will be, and prices are not asked for yet: a model that is being made has none
 * @param perSecond requests a second, where that is known: which steps they cannot end
 */
export async function policyWarnings(
  { read, refusal }: PolicyAsking,
  policy: Policy,
  model: Pick<ModelRecord, 'name' | 'prices'> | null = null,
  perSecond: number | null = null,
): Promise<readonly PolicyWarning[]> {
  const lacking = !needsAbilities(policy) ? [] : await read((stores) => lackingGates(stores, policy));
  const unpriced = model === null ? null : whyPolicyUnpriced(policy, model);
  const unjudged = lacking.map(({ pointer, name, settings, of }): PolicyWarning => ({
    code: 'gate_unconfigured',
    pointer,
    detail:
      of === 'worker'
        ? `No worker can judge the gate "${name}": it needs ${settings}. Until one is set up so, releases by this policy are refused.`
        : `No data plane that is connected can do what "${name}" asks: it needs ${settings}. Until one is, releases by this policy are refused.`,
  }));
  const refused = await refusedUrls(policy, refusal);
  return [
    ...neverJudging(policy),
    ...notCounting(policy),
    ...(perSecond === null ? [] : slowSteps(policy, perSecond)).map(as('step_too_slow')),
    ...unjudged,
    ...refused,
    ...(unpriced === null ? [] : [unpriced]),
  ];
}

const as =
  (code: PolicyWarning['code']) =>
  (found: NeverDone): PolicyWarning => ({ code, ...found });

/** Gates that look at nothing before promotion, whatever comes: no version passes them. */
const neverJudging = (policy: Policy): readonly PolicyWarning[] =>
  muteGates(policy).map(({ gate, at, because }) => ({
    code: 'gate_never_judges',
    pointer: `/gates/${at}`,
    detail: `The gate "${gate.name}" can judge nothing before promotion: ${because}. Without its word no version is promoted: the last step before promotion ends by its time, by harm that another gate or a gateway finds, or by a person.`,
  }));

/** The first step for everybody that does not count the rings before it. Who is in them, and how many call, is not known here. */
function notCounting(policy: Policy): readonly PolicyWarning[] {
  const at = policy.steps.findIndex(
    (step, i) => step.kind === 'canary' && uncountedRings(policy, i).length > 0,
  );
  if (at === -1) return [];
  const rings = uncountedRings(policy, at).join(', ');
  const detail = `From here on, requests of ${rings} do not count: members keep the candidate that their ring had. The step ends by requests of all others. Where ${rings} holds (nearly) all callers, nobody is left to count, and the step ends by its time; give this step at least the ring's percentage, or put fewer callers in the segment.`;
  return [{ code: 'ring_not_counted', pointer: `/steps/${at}/canary`, detail }];
}

/** Gates whose URL the outbound policy lets nobody connect to. What a source of the operator's answers is the operator's to reach. */
async function refusedUrls(
  { gates }: Policy,
  refusal: PolicyAsking['refusal'],
): Promise<readonly PolicyWarning[]> {
  const found = gates.map(async (gate, at): Promise<readonly PolicyWarning[]> => {
    if (gate.metric !== 'http' || gate.source) return [];
    const why = await refusal(gate.url);
    if (why === null) return [];
    const detail = `The gate "${gate.name}" cannot ask its URL: ${why}. Until OUTBOUND_ALLOW has it, the gate reads nothing, and rollouts by this policy pause.`;
    return [{ code: 'gate_url_refused', pointer: `/gates/${at}/url`, detail }];
  });
  return (await Promise.all(found)).flat();
}

function whyPolicyUnpriced(
  policy: Policy,
  model: Pick<ModelRecord, 'name' | 'prices'>,
): PolicyWarning | null {
  try {
    assertPolicyPriced(policy, model);
    return null;
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return { code: 'prices_missing', pointer: error.errors[0]?.pointer ?? '', detail: error.detail };
  }
}

/** Empty too where nobody has spoken. */
async function lackingGates({ abilities }: HasAbilities, policy: Policy): Promise<readonly Unconfigured[]> {
  if (!needsAbilities(policy)) return [];
  return unconfigured(policy, await abilities.seen(FRESH_MS));
}

function inWords(lacking: readonly Unconfigured[]): string {
  const named = (of: Unconfigured['of']): string =>
    lacking
      .filter((one) => one.of === of)
      .map(({ name, settings }) => `"${name}" needs ${settings}`)
      .join('; ');
  const [worker, plane] = [named('worker'), named('plane')];
  return [
    ...(worker === ''
      ? []
      : [
          `No worker can judge all gates of the policy: ${worker}. Set them at the worker and start it again, or leave the gate out.`,
        ]),
    ...(plane === ''
      ? []
      : [
          `No data plane that is connected can do all that the policy asks: ${plane}. Give a built-in gateway a share of the callers, or leave it out of the policy.`,
        ]),
  ].join(' ');
}
