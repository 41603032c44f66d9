import { isDeepStrictEqual } from 'node:util';
import { trafficStepAt } from '#libs/rollout';
import { policyOf, provenBefore, type ModelRecord, type RolloutRecord } from '#libs/engine';
import type { MemoryState } from './memory-state.ts';
import { breach } from './breach.ts';

export const ENDS = ['rolled_back', 'aborted', 'superseded', 'succeeded'];

/** What must hold between two states with one command in between. */
export function checkStep(before: MemoryState, after: MemoryState): void {
  for (const model of after.models.values()) {
    const routes = after.routes.filter((route) => route.modelId === model.id);
    const route = routes.at(-1);
    const known = before.routes.filter((r) => r.modelId === model.id);
    breach(
      routes.some((r, i) => r.revision !== i + 1) || routes.length < known.length,
      `${model.name}: route revisions do not grow one by one`,
    );
    breach(
      known.some((r, i) => r !== routes[i] && !isDeepStrictEqual(r, routes[i])),
      `${model.name}: a route that was published has changed`,
    );
    breach(
      (route?.retired !== undefined) !== (model.retirement !== null),
      `${model.name}: the model says that it is ${model.retirement ? '' : 'not '}retired, and its route does not`,
    );
    if (model.retirement !== null) checkRetired(after, model);
    breach(
      (route?.retired ? null : (route?.primary.version ?? null)) !== model.primary,
      `${model.name}: ${model.primary} is primary, but ${route?.primary.version} is routed`,
    );
    breach(
      routes.some((r, i) => {
        const last = routes[i - 1];
        const isOfStep = last?.rolloutId === r.rolloutId && last?.stepIndex === r.stepIndex;
        return r.rolloutId !== null && isOfStep && last.startPhase === null && r.startPhase !== null;
      }),
      `${model.name}: what was counted already is left out from now on`,
    );
    checkCandidate(after, model.name, model.id);
    checkTraffic(after, model.name, model.id);
    checkProven(before, after, model);
    checkUnits(after, model.id);
  }
  for (const [id, old] of before.rollouts) {
    const now = after.rollouts.get(id);
    if (old.endedAt === null || !now) continue;
    breach(
      now.state !== old.state || now.endedAt !== old.endedAt,
      `${id}: it had ended as ${old.state}, and is ${now.state}`,
    );
  }
}

/** A retired model serves nobody, and nothing of it runs or waits but what an admin has asked for: that it serves again. */
function checkRetired({ rollouts, routes }: MemoryState, { id, name }: ModelRecord): void {
  const left = [...rollouts.values()].filter((r) => r.modelId === id && r.endedAt === null);
  breach(
    left.some((r) => r.intent !== 'rollback' || r.from !== null),
    `${name}: it is retired, and a release of it is not ended`,
  );
  const route = routes.findLast((one) => one.modelId === id);
  breach(
    route?.candidate !== null || route.rolloutId !== null,
    `${name}: it is retired, and a candidate is in its route`,
  );
}

/** Invariant 1: at most one candidate, and only that of the rollout that runs. */
function checkCandidate(state: MemoryState, name: string, modelId: string): void {
  const live = [...state.rollouts.values()].filter(
    (r) => r.modelId === modelId && r.endedAt === null && !r.queued,
  );
  breach(live.length > 1, `${name}: ${live.length} rollouts are live`);
  const candidate = state.routes.findLast((route) => route.modelId === modelId)?.candidate ?? null;
  const rollout = live[0];
  if (candidate === null) return;
  breach(!rollout, `${name}: ${candidate.version} is in traffic and no rollout runs`);
  const expected = rollout?.state === 'baking' ? rollout.from : rollout?.version;
  breach(candidate.version !== expected, `${name}: ${candidate.version} is in traffic, not ${expected}`);
}

/** Ending anything touches only what is its own: a rollout in a step with traffic has the route, and its candidate in it. */
function checkTraffic(state: MemoryState, name: string, modelId: string): void {
  const live = liveOf(state, modelId);
  if (!live || !['running', 'paused', 'awaiting_approval'].includes(live.state)) return;
  if (trafficStepAt(policyOf(live), live.stepIndex) === null) return;
  const route = state.routes.findLast((one) => one.modelId === modelId);
  breach(
    route?.rolloutId !== live.id || route.candidate?.version !== live.version,
    `${name}: version ${live.version} is ${live.state} in a step with traffic, and the route is not its own`,
  );
}

/**
 * A primary that is not proven is watched by the bake that is to prove it; what a rollout is compared with, and
 * falls back to, is proven; and a model that could go back still can.
 */
function checkProven(before: MemoryState, after: MemoryState, model: ModelRecord): void {
  const { id, name, primary } = model;
  const live = liveOf(after, id);
  const isProven = (version: number): boolean =>
    after.terms.findLast((term) => term.modelId === id && term.version === version)?.proven === true;
  if (primary !== null && !isProven(primary))
    breach(
      live?.state !== 'baking' || live.version !== primary,
      `${name}: ${primary} is primary, not proven, and nobody watches it`,
    );
  breach(
    live?.state === 'baking' && live.from !== null && live.version === primary && isProven(live.version),
    `${name}: ${primary} counts as proven before its bake has ended`,
  );
  if (live && live.from !== null)
    breach(
      !isProven(live.from),
      `${name}: ${live.version} is compared with ${live.from}, which is not proven`,
    );
  const known = [...before.models.values()].find((one) => one.id === id);
  const target = known ? targetOf(before, known) : null;
  if (target !== null && known?.primary === primary)
    breach(
      targetOf(after, model) === null,
      `${name}: ${target}, the last that a rollback could go back to, is gone`,
    );
  if (live?.state === 'baking')
    breach(targetOf(after, model) === null, `${name}: ${live.version} bakes, and nothing could come back`);
}

/**
 * What units are drawn by is a rollout's own, from its first step with traffic to its last; only a policy that wants the same units
 * each time shares the model's. Mutants: `same-guinea-pigs`, `salt-moves`.
 */
function checkUnits(state: MemoryState, modelId: string): void {
  const salts = new Map<string, string>();
  for (const { rolloutId, candidate, salt, model } of state.routes.filter((r) => r.modelId === modelId)) {
    const rollout = state.rollouts.get(rolloutId ?? '');
    if (!rollout || !candidate) continue;
    const first = salts.get(rollout.id) ?? salt;
    breach(
      first !== salt,
      `${model}: units of version ${rollout.version} were drawn anew within its rollout`,
    );
    salts.set(rollout.id, salt);
    const isStable = policyOf(rollout).units === 'stable';
    const others = [...salts].filter(([id]) => id !== rollout.id).map(([, other]) => other);
    breach(
      !isStable && others.includes(salt),
      `${model}: version ${rollout.version} is tried on the units of another rollout`,
    );
  }
}

const targetOf = (state: MemoryState, model: ModelRecord): number | null => {
  const terms = model.primaryHistory.flatMap((version) => {
    const term = state.terms.findLast((one) => one.modelId === model.id && one.version === version);
    return term ? [{ version, proven: term.proven }] : [];
  });
  const isThere = (version: number): boolean => state.versions.has(`${model.id} ${version}`);
  return provenBefore(model, terms).find(isThere) ?? null;
};

const liveOf = (state: MemoryState, modelId: string): RolloutRecord | undefined =>
  [...state.rollouts.values()].find((r) => r.modelId === modelId && r.endedAt === null && !r.queued);
