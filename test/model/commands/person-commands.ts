import {
  actOn,
  goBack,
  promoteAtOnce,
  retireModel,
  type RolloutRecord,
  serveAgain,
  startRollout,
} from '#libs/engine';
import { policyHash, releaseTerms } from '#libs/engine';
import { DomainError } from '#libs/kernel';
import { isLive, type Action } from '#libs/rollout';
import { Breach } from '../../support/memory/breach.ts';
import { proveAnother } from './on-their-way.ts';
import { POLICIES } from './policies.ts';
import type { Seen, World } from '../world.ts';

/**
 * What people say to a model: relative commands, twice or by an old screen, and releases asked for again. What must come of each
 * word is checked here, beside it: `said` is red where a word was swallowed, carried out twice, or carried out on what nobody saw.
 */

/** Refused is an answer; a dead process is none. */
async function answered<T>(work: Promise<T>): Promise<T | DomainError> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof DomainError) return error;
    throw error;
  }
}

/** All that a word could have moved. */
async function standing(world: World): Promise<string> {
  await world.db.refresh();
  const { rollouts, routes, terms, models } = world.db.state;
  return JSON.stringify([
    [...rollouts.values()].map((r) => [r.id, r.state, r.stepIndex, r.revision, r.approvals.length]),
    routes.length,
    terms.map((term) => [term.version, term.until, term.proven]),
    [...models.values()].map((model) => [model.name, model.primary]),
  ]);
}

const back = async (world: World, model: string, seen: { from?: number; revision?: number } = {}) => {
  return goBack(world.asking, model, null, { reason: 'incident', actor: 'carl', ...seen });
};

const act = async (
  world: World,
  rollout: RolloutRecord,
  action: Action,
  seen: { step?: number; revision?: number } = {},
) => {
  return actOn(world.asking, rollout.id, { action, reason: 'r', actor: 'dora', authority: 'admin', ...seen });
};

/** Two people who see the same alarm, or a client after a time-out: one command, carried out once. Mutants: `twice-*`. */
export async function sayTwice(world: World, model: string, n: number): Promise<void> {
  // Often there is something to go back to, and further.
  if (n % 9 === 0) for (const one of [n, n + 1]) await proveAnother(world, model, one);
  const rollout = world.live(model);
  const say = async (): Promise<unknown> =>
    n % 3 === 0 || !rollout ? back(world, model) : act(world, rollout, 'skip');
  const before = await standing(world);
  const first = await answered(say());
  const after = await standing(world);
  if (first instanceof DomainError || after === before) return;
  await answered(say());
  if ((await standing(world)) !== after)
    throw new Breach(`${model}: a command that was said twice was carried out twice`);
}

/** Somebody opens a page. */
export function look(world: World, model: string): Promise<void> {
  const { models, routes } = world.db.state;
  const found = models.get(model);
  const route = routes.findLast((one) => one.modelId === found?.id);
  if (found && route)
    world.screens.push({
      ...{ model, primary: found.primary, routeRevision: route.revision },
      rollout: world.live(model) ?? null,
    });
  return Promise.resolve();
}

/** A command with what its sender saw does nothing where that is not so any more. Mutants: `seen-*`. */
export async function sayWhatWasSeen(world: World, n: number): Promise<void> {
  const screen =
    world.screens[world.screens.length - 1 - (n % Math.max(1, Math.min(3, world.screens.length)))];
  if (!screen) return;
  // Often another version has become primary since.
  if (n % 8 === 0) await proveAnother(world, screen.model, n);
  const { isStill, say } = wordBy(world, screen, n);
  const before = await standing(world);
  const said = await answered(say());
  if (!isStill && (await standing(world)) !== before)
    throw new Breach(`${screen.model}: a command was carried out on what its sender had not seen`);
  if (isStill && said instanceof DomainError && said.code === 'changed_meanwhile')
    throw new Breach(`${screen.model}: nothing has changed, and a command was refused for that`);
}

function wordBy(
  world: World,
  { model, primary, routeRevision, rollout }: Seen,
  n: number,
): { isStill: boolean; say: () => Promise<unknown> } {
  const { models, routes, rollouts } = world.db.state;
  const found = models.get(model);
  const now = rollout && rollouts.get(rollout.id);
  switch (n % 4) {
    case 0: {
      const from = rollout?.version ?? primary ?? 0;
      const isStill = from === found?.primary || from === world.live(model)?.version;
      return { isStill, say: () => back(world, model, { from }) };
    }
    case 1: {
      const isStill = routes.findLast((one) => one.modelId === found?.id)?.revision === routeRevision;
      const seen = { revision: routeRevision };
      if (n % 3 !== 0) return { isStill, say: () => back(world, model, seen) };
      const word = { reason: 'seen', actor: 'admin', ...seen };
      return { isStill, say: () => promoteAtOnce(world.asking, model, 1 + (n % 4), word) };
    }
  }
  if (!rollout || !now) return { isStill: true, say: () => Promise.resolve() };
  const action = (['skip', 'promote', 'abort', 'pause'] as const)[(n >> 2) % 4] ?? 'skip';
  if (n % 4 === 2) {
    const step = rollout.stepIndex;
    return { isStill: step === now.stepIndex, say: () => act(world, now, action, { step }) };
  }
  const { revision } = rollout;
  return { isStill: revision === now.revision, say: () => act(world, now, action, { revision }) };
}

/** A release that is asked for again with something else is refused, or that is used. Mutants: `swallowed-*`. */
export async function askAgain(world: World, n: number): Promise<void> {
  const live = world.db.state.rollouts.get(world.pickLive(n) ?? '');
  if (!live) return;
  const policy = n % 3 === 0 ? undefined : POLICIES[n % POLICIES.length];
  const overrideFreeze = n % 2 === 0;
  const startAt = n % 5 === 0 ? world.db.nowMs + 9_000 : undefined;
  const word = { overrideFreeze, reason: 'hot fix', actor: 'erik' };
  const request = { version: live.version, policy, startAt, ...word };
  const said = await answered(
    world.db.uow.run((stores) =>
      startRollout(stores, live.model, { ...request, authority: 'admin' as const }),
    ),
  );
  if (said instanceof DomainError) return;
  await world.db.refresh();
  const kept = world.db.state.rollouts.get(said.id);
  // What the release leaves unsaid is the model's.
  const model = world.db.state.models.get(live.model) ?? { policy: null };
  const settled = policy === undefined ? [] : [policy, releaseTerms(policy, model, 'admin').policy];
  if (policy !== undefined && !settled.map(policyHash).includes(kept?.policyHash ?? ''))
    throw new Breach(`${live.model} ${live.version}: another policy was asked for, and swallowed`);
  if (startAt !== undefined && kept?.startAt !== startAt)
    throw new Breach(`${live.model} ${live.version}: another start was asked for, and swallowed`);
  if (overrideFreeze && kept?.overridesFreeze !== true)
    throw new Breach(`${live.model} ${live.version}: a freeze was to be overridden, and it is not`);
}

/** A hot fix that is tried again stays one. */
export async function retry(world: World, n: number): Promise<void> {
  const ended = [...world.db.state.rollouts.values()].filter((r) => !isLive(r.state)).at(-1 - (n % 3));
  if (!ended) return;
  const said = await answered(act(world, ended, 'retry'));
  if (said instanceof DomainError) return;
  if (ended.overridesFreeze && !said.rollout.overridesFreeze)
    throw new Breach(`${ended.model} ${ended.version}: a retry forgot that the freeze is overridden`);
}

/**
 * What waits for no date, and was asked for before an admin's promotion, does not start after it by itself; where the admin hurries the rollout
 * that runs, newer versions do. A date holds. Mutant: `older-waits-through-promotion`.
 */
export async function promoteOverQueue(world: World, model: string, version: number): Promise<void> {
  await world.db.refresh();
  const hurries = world.live(model)?.version === version;
  const isPrimary = world.db.state.models.get(model)?.primary === version;
  const waiting = [...world.db.state.rollouts.values()].filter(
    (r) => r.model === model && r.queued && isLive(r.state) && r.version !== version,
  );
  await promoteAtOnce(world.asking, model, version, { reason: 'hot fix', actor: 'admin' });
  if (hurries && isPrimary) return;
  await world.db.refresh();
  for (const { id, startAt, version: other } of waiting) {
    const now = world.db.state.rollouts.get(id);
    const holds = startAt !== null || (hurries && other > version);
    if (now && isLive(now.state) !== holds)
      throw new Breach(
        `${model} ${other}: it waited when version ${version} was promoted by hand, and is ${now.state}`,
      );
  }
}

/** Taken out of service, twice: the second word changes nothing. */
export async function retire(world: World, model: string): Promise<void> {
  const say = () =>
    world.db.uow.run((stores) => retireModel(stores, model, { reason: 'replaced', actor: 'admin' }));
  await say();
  const after = await standing(world);
  await say();
  if ((await standing(world)) !== after) throw new Breach(`${model}: it was retired twice`);
}

/** It serves again: the last proven version, or any. What serves already stays. */
export async function unretire(world: World, model: string, n: number): Promise<void> {
  await world.db.refresh();
  const before = world.db.state.models.get(model);
  const state = await standing(world);
  const word = { reason: 'needed after all', actor: 'admin', force: n % 5 === 0 };
  const version = n % 3 === 0 ? 1 + (n % 4) : null;
  const said = await answered(serveAgain(world.asking, model, version, word));
  if (before?.retirement === null && (await standing(world)) !== state)
    throw new Breach(`${model}: it was not retired, and a word that it serve again has changed it`);
  await world.db.refresh();
  const after = world.db.state.models.get(model);
  if (said instanceof DomainError || before?.retirement === null) return;
  if (after?.primary !== null && after?.retirement !== null)
    throw new Breach(`${model}: version ${String(after?.primary)} serves, and it is retired`);
}
