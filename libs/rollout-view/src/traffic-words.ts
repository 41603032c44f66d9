import { ENDED_BADLY, percent } from './words.ts';

/** Who gets what, by the route that is published. */
interface Traffic {
  readonly primary: number;
  /** `weight`: basis points of the units, of the copies in a shadow, or held back in a bake. */
  readonly candidate: {
    readonly version: number;
    readonly mode: string;
    readonly weight: number;
    readonly heldBack: boolean;
    readonly segments: readonly { readonly segment: string; readonly weight: number }[];
  } | null;
}

/** What of a rollout says who gets what. */
interface Shown {
  readonly state: string;
  readonly version: number;
  /** The version that served before; `null`: none. */
  readonly from?: number | null | undefined;
  readonly step: {
    readonly kind: string;
    readonly weight?: number | null | undefined;
    readonly segments?: readonly string[] | null | undefined;
  } | null;
  readonly traffic?: Traffic | null | undefined;
}

const ALL = 10_000;

/** What the traffic does now: by the route, where the api tells it, else by the state and the step. */
export function trafficWords(rollout: Shown): string {
  const { state, from, version, traffic } = rollout;
  const back = from === null || from === undefined ? 'nobody' : `version ${from}`;
  if (state === 'succeeded') return `Version ${version} serves everybody.`;
  if (ENDED_BADLY.includes(state)) return `Version ${version} gets nothing; ${back} serves.`;
  if (traffic?.candidate) return byRoute(traffic.primary, traffic.candidate);
  if (state === 'baking')
    return `Version ${version} serves everybody, and is watched; ${back} is kept ready.`;
  if (traffic) return `Everybody gets version ${traffic.primary}.`;
  return byStep(rollout);
}

function byRoute(primary: number, candidate: NonNullable<Traffic['candidate']>): string {
  const { version, mode, weight, heldBack, segments } = candidate;
  if (mode === 'shadow')
    return `Everybody gets version ${primary}; copies of ${percent(weight)} of the requests go to version ${version}.`;
  if (heldBack)
    return `Version ${primary} serves ${percent(ALL - weight)} of the units, and is watched; ${percent(weight)} are held back on version ${version}.`;
  const members = segments.map((one) => `${percent(one.weight)} of ${one.segment}`).join(', ');
  if (weight === 0 && members !== '')
    return `${percent(segments[0]?.weight ?? 0)} of the units in ${segments.map((one) => one.segment).join(', ')} get version ${version}; everybody else gets version ${primary}.`;
  const besides = members === '' ? '' : `, and ${members},`;
  return `${percent(weight)} of the units${besides} get version ${version}, the others version ${primary}.`;
}

function byStep({ step, from, version }: Shown): string {
  const share = percent(step?.weight ?? 0);
  if (step?.kind === 'canary' && step.segments)
    return `${share} of the units in ${step.segments.join(', ')} get version ${version}; everybody else gets version ${from ?? '–'}.`;
  if (step?.kind === 'canary')
    return `${share} of the units get version ${version}, the others version ${from ?? '–'}.`;
  if (step?.kind === 'shadow')
    return `Everybody gets version ${from ?? '–'}; copies of ${share} of the requests go to version ${version}.`;
  return from === null || from === undefined ? 'Nothing serves yet.' : `Everybody gets version ${from}.`;
}

/**
 * The share of all units that the rollout's version has, in basis points; of a ring: in words, as nobody knows which share of all is in it.
 */
export function shareOf(rollout: Shown): { readonly share: number; readonly ring: string | null } {
  const { state, step, traffic, version } = rollout;
  if (state === 'succeeded') return { share: ALL, ring: null };
  const candidate = traffic?.candidate;
  if (candidate?.mode === 'canary') {
    if (candidate.heldBack) return { share: ALL - candidate.weight, ring: null };
    const ring =
      candidate.weight === 0 && candidate.segments.length > 0
        ? candidate.segments.map((one) => `${percent(one.weight)} of ${one.segment}`).join(', ')
        : null;
    return { share: candidate.weight, ring };
  }
  if (traffic) return { share: traffic.primary === version ? ALL : 0, ring: null };
  if (state === 'baking') return { share: ALL, ring: null };
  const isCanary = step?.kind === 'canary' && !ENDED_BADLY.includes(state);
  if (!isCanary) return { share: 0, ring: null };
  return step.segments
    ? { share: 0, ring: `${percent(step.weight ?? 0)} of ${step.segments.join(', ')}` }
    : { share: step.weight ?? 0, ring: null };
}
