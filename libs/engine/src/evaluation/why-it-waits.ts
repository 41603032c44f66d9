import { isLive, waitingFor } from '#libs/rollout';
import type { Stores } from '../ports/ports.ts';
import type { EventRecord, RolloutRecord } from '../ports/records.ts';
import { whyQueued } from '../queue/start-at.ts';
import { heldByEnvironment } from '../routing/proven-before.ts';
import { policyOf } from '../settings/policy-of.ts';
import { goesForward, lookAt } from './look.ts';
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
  const { because, verdicts } = saidOf(rollout) ?? (await saidNow(stores, rollout));
  // Evidence is kept by step, and the clock began anew at a resume: no rate is to be had from the two.
  const hasRate = own.find(({ type }) => MOVES.has(type))?.type === 'rollout.advanced';
  const seen = hasRate
    ? { evidence: await stores.evidence.ofRollout(rollout.id), now: await stores.now() }
    : null;
  const waits = waitingFor({ ...rollout, policy }, because, seen);
  const further = rollout.state === 'paused' ? pausedBy(own) : null;
  const late = rollout.stepStartedAt === null ? null : await gatewaysBehind(stores, rollout, policy);
  return { waitingFor: [waits, further, late].filter((one) => one !== null).join('; '), verdicts };
}

type Said = Pick<RolloutRecord, 'verdicts'> & { readonly because: string };

/** What the last look said, where it was at the rollout as it stands; else `null`. Pure. */
export const saidOf = ({
  decision,
  revision,
  verdicts,
}: Pick<RolloutRecord, 'decision' | 'revision' | 'verdicts'>): Said | null =>
  decision?.revision === revision ? { because: decision.because, verdicts } : null;

async function saidNow(stores: Stores, rollout: RolloutRecord): Promise<Said> {
  if (rollout.queued) return { because: whyQueued(rollout, await stores.now()), verdicts: [] };
  const looked = await lookAt(stores, rollout, await stores.evidence.ofRollout(rollout.id));
  const { kind, because, verdicts } = looked.decision;
  if (kind === 'hold') return { because, verdicts };
  const model = goesForward(looked) ? await stores.models.find(rollout.model) : null;
  const held = model && (await heldByEnvironment(stores, model, rollout));
  const then = held === null ? "the worker's next look acts on it" : `it waits: ${held}`;
  return { because: `${because}; ${then}`, verdicts };
}

/** Who has paused it, and why. */
function pausedBy(own: readonly EventRecord[]): string | null {
  const paused = own.find(({ type }) => type === 'rollout.paused');
  return paused ? `${paused.actor} paused it: ${String(paused.data['because'])}` : null;
}
