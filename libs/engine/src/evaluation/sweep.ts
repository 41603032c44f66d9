import type { Instant } from '#libs/kernel';
import { isSourceGate, trafficStepAt, type Profile } from '#libs/rollout';
import { NOTHING_PENDING, profileFor, viewOf } from './look.ts';
import type { AgendaClaim, Stores, UnitOfWork } from '../ports/ports.ts';
import type { RolloutRecord } from '../ports/records.ts';
import { policyOf } from '../settings/policy-of.ts';
import { triage, type Triage } from './triage.ts';

/** Whoever takes rollouts off the agenda and dies gives them back after this. */
const CLAIM_MS = 5_000;
/** Evidence that never stops brings a rollout up no more often than this. */
const SHORTEST_PACE_MS = 1_000;
/** With many rollouts the pace slows down by this much for each, so that one worker keeps up. */
const PACE_MS_PER_ROLLOUT = 0.4;

/** How long evidence alone leaves a rollout in peace, with this many of them live; in ms. */
export const paceOf = (live: number): number => Math.max(SHORTEST_PACE_MS, live * PACE_MS_PER_ROLLOUT);

/**
 * The numbers of a look that holds are for people; with many rollouts they are written at every
 * third look or so, since writing costs more than judging.
 */
const noteEveryOf = (paceMs: number): number => (paceMs > SHORTEST_PACE_MS ? 2.5 * paceMs : 0);

/** What came of one turn. */
export interface Turn {
  /** How many were looked at. */
  readonly looked: number;
  /** Those that a worker must take up one by one. */
  readonly handOver: readonly string[];
  /** When they were judged. */
  readonly at: Instant;
}

/**
 * One turn of the sweep: takes what is due off the agenda, judges all of it in a few queries, writes
 * down the numbers of what holds, and names what must be moved. Any number of workers may do so at
 * once; they share what is due. What is lost with a worker or a queue is due again soon.
 * @param most how many to take
 * @param paceMs how long evidence alone leaves them in peace afterwards
 */
export async function sweepOnce(uow: UnitOfWork, most: number, paceMs: number): Promise<Turn> {
  const claims = await uow.run((stores) => stores.agenda.claim(most, CLAIM_MS));
  if (claims.length === 0) return { looked: 0, handOver: [], at: -Infinity };
  return uow.run(async (stores) => {
    const looks = await lookAtMany(stores, claims);
    const now = await stores.now();
    await stores.rollouts.noteAll(
      looks.flatMap(({ rollout: { id, revision, decision: noted }, kind, decision }) => {
        const isOfNow = noted?.kind === decision?.kind && noted?.revision === revision;
        const notedAt = isOfNow ? noted?.at : undefined;
        if (kind !== 'note' || !decision) return [];
        if (notedAt !== undefined && Math.abs(now - notedAt) < noteEveryOf(paceMs)) return [];
        const { verdicts, because } = decision;
        return [{ id, revision, verdicts, decision: { kind: decision.kind, because, at: now, revision } }];
      }),
    );
    await stores.agenda.settle(looks.map(({ claim, nextInMs }) => ({ ...claim, dueInMs: nextInMs, paceMs })));
    const handOver = looks.filter((look) => look.kind === 'hand_over').map((look) => look.rollout.id);
    return { looked: claims.length, handOver, at: now };
  });
}

type Triaged = Triage & { readonly claim: AgendaClaim; readonly rollout: RolloutRecord };

/** Those that have ended meanwhile are left out; tidying takes them off the agenda. */
async function lookAtMany(stores: Stores, claims: readonly AgendaClaim[]): Promise<readonly Triaged[]> {
  const rollouts = await stores.rollouts.liveOf(claims.map((claim) => claim.rolloutId));
  const deployments = await stores.deployments.ofRollouts(rollouts.map((rollout) => rollout.id));
  const evidence = await stores.evidence.ofRollouts(rollouts.map((rollout) => rollout.id));
  const withSources = rollouts.filter((rollout) => policyOf(rollout).gates.some(isSourceGate));
  const reads = withSources.length === 0 ? [] : await stores.sources.nextReads(withSources.map((r) => r.id));
  const surroundings = { heardAt: await stores.routes.lastHeardAt(), now: await stores.now() };
  const profiles = new Map<string, Profile | null>();
  for (const rollout of rollouts) {
    const profile = await profileFor(stores, rollout);
    if (profile) profiles.set(rollout.id, profile);
  }
  const byId = new Map(claims.map((claim) => [claim.rolloutId, claim]));
  return rollouts.flatMap((rollout) => {
    const claim = byId.get(rollout.id);
    if (!claim) return [];
    const step = trafficStepAt(policyOf(rollout), rollout.stepIndex);
    const nextReads = Object.fromEntries(
      reads
        .filter((read) => read.rolloutId === rollout.id && read.stepIndex === step)
        .map((read) => [read.gate, read.at]),
    );
    const known = viewOf(rollout, deployments.get(rollout.id) ?? null, NOTHING_PENDING);
    const view = { ...known, profile: profiles.get(rollout.id) ?? null };
    return [
      { claim, rollout, ...triage(rollout, view, evidence.get(rollout.id) ?? {}, nextReads, surroundings) },
    ];
  });
}
