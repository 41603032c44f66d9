import { isLive, waitingFor } from '#libs/rollout';
import type { Stores } from '../ports/ports.ts';
import type { EventRecord, RolloutRecord } from '../ports/records.ts';
import { whyQueued } from '../queue/start-at.ts';
import { crossingOf } from '../groups/crossing.ts';
import { policyOf } from '../settings/policy-of.ts';
import { hindrancesOf } from './hindrances.ts';
import { lookAt } from './look.ts';
import { gatewaysBehind } from './step-clock.ts';

/** Events of a model that are looked through for what began the present step, and for who paused it. */
const RECENT = { pageSize: 50, pageToken: null };
/** What begins a step, or its clock. */
const MOVES = new Set(['rollout.advanced', 'rollout.resumed']);

/** How a rollout stands now. */
export interface Waits {
  /** Why it does not move, in one sentence for people; `null`: it has ended. */
  readonly waitingFor: string | null;
  readonly verdicts: RolloutRecord['verdicts'];
}

/**
 * Why a rollout does not move, and what its gates say, as it stands now: by the last look where that was at this revision of
 * it, else by a look that is taken here. What was decided before somebody moved it, or it moved on, says nothing of it any more.
 */
export async function whyItWaits(stores: Stores, rollout: RolloutRecord): Promise<Waits> {
  if (!isLive(rollout.state)) return { waitingFor: null, verdicts: rollout.verdicts };
  const policy = policyOf(rollout);
  const { items: recent } = await stores.events.list(rollout.modelId, RECENT);
  const own = recent.filter(({ rolloutId }) => rolloutId === rollout.id);
  const hindrances = await hindrancesOf(stores, rollout);
  const { because, verdicts } = saidOf(rollout) ?? (await saidNow(stores, rollout, hindrances.length > 0));
  // Evidence is kept by step, and the clock began anew at a resume: no rate is to be had from the two.
  const hasRate = own.find(({ type }) => MOVES.has(type))?.type === 'rollout.advanced';
  const seen = hasRate
    ? { evidence: await stores.evidence.ofRollout(rollout.id), now: await stores.now() }
    : null;
  const waits = waitingFor({ ...rollout, policy }, because, seen);
  const paused =
    rollout.state === 'paused' ? (pausedBy(own) ?? (await pausedLongAgo(stores, rollout))) : null;
  const late = rollout.stepStartedAt === null ? null : await gatewaysBehind(stores, rollout, policy);
  // What the last look was kept by is in its own words.
  const unsaid = hindrances.filter((one) => !because.includes(afterColon(one)));
  return { waitingFor: [waits, paused, ...unsaid, late].filter((one) => one !== null).join('; '), verdicts };
}

const afterColon = (hindrance: string): string => hindrance.slice(hindrance.indexOf(': ') + 2);

type Said = Pick<RolloutRecord, 'verdicts'> & { readonly because: string };

/** What the last look said, where it was at the rollout as it stands; else `null`. Pure. */
export const saidOf = ({
  decision,
  revision,
  verdicts,
}: Pick<RolloutRecord, 'decision' | 'revision' | 'verdicts'>): Said | null =>
  decision?.revision === revision ? { because: decision.because, verdicts } : null;

/** @param isHindered something is said besides that keeps it from going on */
async function saidNow(stores: Stores, rollout: RolloutRecord, isHindered: boolean): Promise<Said> {
  if (rollout.queued) return { because: whyQueued(rollout, await stores.now()), verdicts: [] };
  const { decision } = await lookAt(stores, rollout, await stores.evidence.ofRollout(rollout.id));
  const { kind, because, verdicts } = decision;
  if (kind === 'hold' || (isHindered && (kind === 'advance' || kind === 'promote')))
    return { because, verdicts };
  const together = rollout.groupId !== null && crossingOf(decision, rollout.state) !== null;
  const then = together ? NEXT_LOOK_TOGETHER : NEXT_LOOK;
  return { because: `${because}; ${then}`, verdicts };
}
const NEXT_LOOK = "the worker's next look acts on it";
const NEXT_LOOK_TOGETHER =
  "the worker's next look takes it on with its release group, once each member has come as far";

/** As `pausedBy`, where much has happened to the model since. */
const pausedLongAgo = async (stores: Stores, { id }: RolloutRecord): Promise<string | null> =>
  pausedBy((await stores.events.ofRollout(id)).toReversed());

/** Who has paused it, and why. @param own its events, newest first */
function pausedBy(own: readonly EventRecord[]): string | null {
  const paused = own.find(({ type }) => type === 'rollout.paused');
  return paused ? `${paused.actor} paused it: ${String(paused.data['because'])}` : null;
}
