import { policyOf, recordDeployment, type RolloutRecord } from '#libs/engine';
import { DomainError } from '#libs/kernel';
import { isLive, isWholeRing, MADE_PRIMARY_BY_HAND, trafficStepAt } from '#libs/rollout';
import type { RouteTarget } from '#libs/traffic';
import { Breach } from '../support/memory/breach.ts';
import { checkRecord } from '../support/memory/record-invariants.ts';
import { checkStep } from '../support/memory/engine-invariants.ts';
import type { MemoryState } from '../support/memory/memory-state.ts';
import { MemoryDatabase } from '../support/memory/memory-stores.ts';
import { Crash, type ModelDatabase } from '../support/memory/model-database.ts';
import { carry, type Command, MODELS } from './commands/commands.ts';
import { SOURCE } from './commands/policies.ts';
import { setSegments } from './commands/environment-commands.ts';
import { checkFreezes } from './invariants/freeze-invariant.ts';
import { checkSettledGroups } from './invariants/group-invariant.ts';
import { checkSourceWords } from './invariants/source-invariant.ts';
import { sweep } from './commands/sweep-turn.ts';
import { withoutThoseThatWait } from './invariants/who-waits.ts';
import { World } from './world.ts';

/**
 * Plays commands, and checks the invariants after each of them and of the whole record.
 * @param onPlayed is told of each command by its index
 * @throws Breach
 */
export async function play(
  commands: readonly Command[],
  db: ModelDatabase,
  onPlayed: (index: number) => void = () => undefined,
): Promise<World> {
  const world = new World(db);
  for (const model of [0, 1]) {
    const first = { n: model, bad: false, crash: null };
    for (const name of ['register', 'deploy', 'reconcile', 'reconcile'] as const)
      await carry(world, { ...first, n: name === 'register' ? model : 0, name });
  }
  await db.refresh();
  for (const model of MODELS) await setSegments(world, model, 0);
  for (const [index, one] of commands.entries()) {
    const before = db.state;
    const asked = world.asked.length;
    world.died.clear();
    db.crashIn = one.crash;
    try {
      await carry(world, one);
    } catch (error) {
      // A refused request and a dead process leave everything as it was, or as it was committed.
      if (!(error instanceof DomainError) && !(error instanceof Crash)) throw error;
      if (error instanceof Crash) for (const last of world.asked.slice(asked)) last.isUnsure = true;
    }
    db.crashIn = null;
    await db.refresh();
    checkStep(before, db.state);
    world.watch.report();
    if (db instanceof MemoryDatabase) await world.watch.words.check(db, before);
    // A worker that was stopped does not know what answers now; all others have asked.
    if (one.name !== 'carryOut') checkSentSomewhere(world, before);
    onPlayed(index);
  }
  await checkAll(world);
  return world;
}

/** What must hold at the end of every run. @throws Breach */
export async function checkAll(world: World): Promise<void> {
  await world.db.refresh();
  const { state } = world.db;
  checkRecord(state);
  checkSourceWords(state, world.asked, world.setBack);
  checkFreezes(state);
  world.watch.report();
  for (const { entry, tally } of state.evidence.values()) {
    const { rolloutId, revision, arm } = entry;
    if (tally.requests !== world.counted.get(`${rolloutId} ${revision} ${arm}`))
      throw new Breach(`evidence of ${rolloutId} ${revision} ${arm} was not counted once`);
  }
}

/**
 * Nobody sends callers where they did not go before, unless the version's own server answers there. Mutants: `unprobed-*`,
 * `another-program-is-alive`.
 */
function checkSentSomewhere({ db: { state }, stopped: all, taken, died }: World, before: MemoryState): void {
  // One that died after it was asked is for the second look: test/model/switch-callers.test.ts.
  const isGone = (modelId: string, { url, version }: RouteTarget): boolean => {
    const hasToldPath = (before.deployments.get(`${modelId} ${version}`)?.readyPath ?? null) !== null;
    return (all.has(url) && !died.has(url)) || (taken.has(url) && hasToldPath);
  };
  for (const route of state.routes.slice(before.routes.length)) {
    const last = state.routes
      .slice(0, state.routes.indexOf(route))
      .findLast((one) => one.modelId === route.modelId);
    const known = [last?.primary.url, last?.candidate?.url];
    for (const target of [route.primary, ...(route.candidate ? [route.candidate] : [])])
      if (isGone(route.modelId, target) && !known.includes(target.url))
        throw new Breach(
          `${route.model}: callers were sent to version ${target.version}, which does not answer`,
        );
    const moved = last && last.primary.version !== route.primary.version;
    if (moved && isGone(route.modelId, route.primary))
      throw new Breach(`${route.model}: version ${route.primary.version} is primary, and does not answer`);
  }
}

/** From this turn on nine seconds pass in each, and from the other five minutes: the default policy gives a step two hours. */
const FAST_FROM = 400;
const FASTEST_FROM = 450;
/** Longer than any step of `POLICIES` takes without a change of state. */
const QUIET_TURNS = 90;

/** All goes on as it should from here: every rollout must come to its end, or wait for a person. @throws Breach */
export async function expectNobodyIsStuck(world: World): Promise<void> {
  const { db } = world;
  world.startServers();
  world.mood = 'pass';
  const all = (): RolloutRecord[] => [...db.state.rollouts.values()].filter((r) => isLive(r.state));
  const isForAPerson = (r: RolloutRecord): boolean =>
    r.state === 'paused' || r.state === 'awaiting_approval' || isLeftToAPerson(r);
  // A clock that was set back has made its date farther off.
  const isDated = (r: RolloutRecord): boolean => r.queued && (r.startAt ?? 0) > db.nowMs;
  const underWay = (): RolloutRecord[] => all().filter((r) => !isForAPerson(r) && !isDated(r));
  // A source that was away is asked again after some minutes, so the time goes faster towards the end; and sooner where nothing moves.
  let quietFor = 0;
  let before = '';
  for (let turn = 0; turn < 500; turn++) {
    await db.refresh();
    for (const rollout of underWay())
      if (db.state.deployments.get(`${rollout.modelId} ${rollout.version}`)?.state !== 'ready')
        await recordDeployment(db.uow, rollout.model, {
          modelId: rollout.modelId,
          version: rollout.version,
          state: 'ready',
          url: 'http://127.0.0.1:9000',
          message: '',
        });
    await world.traffic(10 + turn, false);
    await sweep(world, turn);
    await db.advance(turn < FAST_FROM ? 1_000 : turn < FASTEST_FROM ? 9_000 : 300_000);
    await db.refresh();
    if (underWay().length === 0) return;
    const now = all()
      .map(({ id, revision }) => `${id} ${revision}`)
      .join();
    quietFor = now === before ? quietFor + 1 : 0;
    before = now;
    if (quietFor === QUIET_TURNS && turn < FAST_FROM) turn = FAST_FROM;
  }
  const stuck = withoutThoseThatWait(underWay(), all().filter(isForAPerson), world);
  if (stuck.length > 0) throw new Breach(`stuck: ${JSON.stringify(stuck)}`);
  checkSettledGroups(db.state);
}

/** A bake that has run out of time with too little to compare says that a person may end it, and by which commands; and its policy says so. */
function isLeftToAPerson({ state, decision, ...rollout }: RolloutRecord): boolean {
  if (state !== 'baking' || decision?.kind !== 'pause') return false;
  const keeps = rollout.groupId === null ? 'skip keeps' : 'finish of its release group keeps';
  if (!new RegExp(` of bake are over and .*: ${keeps} .*, abort goes back$`).test(decision.because))
    throw new Breach(`a bake waits, and does not say for whom: ${decision.because}`);
  const { onNoData, onUndecided } = policyOf(rollout);
  const hasFailed = decision.because.includes('failed, which rolls nothing back');
  if (!hasFailed && onNoData !== 'pause' && onUndecided !== 'pause')
    throw new Breach('a bake waits, and its policy says not to');
  if (
    rollout.faults.some(({ fault }) => fault === MADE_PRIMARY_BY_HAND) &&
    decision.because.includes('compared')
  )
    throw new Breach('a bake waits for a comparison, and a person has made it primary');
  return true;
}

/**
 * From here on the version on trial does harm, or a metric source says so: whatever has traffic by then must be taken off, also where a
 * person has the say. Mutants: `paused-source-not-asked`, `paused-clock-stands`, `harm-waits-for-a-person`. @throws Breach
 */
export async function expectHarmEnds(world: World, by: 'callers' | 'source'): Promise<void> {
  const { db } = world;
  world.startServers();
  if (by === 'source') world.mood = 'fail';
  await db.refresh();
  const doomed = [...db.state.rollouts.values()].filter((rollout) => isDoomed(world, rollout, by));
  // The back-off of a source that was away is ten minutes at most.
  for (let turn = 0; turn < 200; turn++) {
    if (by === 'callers') await world.traffic(20_000, true);
    else await world.traffic(20, false);
    await sweep(world, 3);
    await db.advance(5_000);
    await db.refresh();
    if (doomed.every(({ id }) => !isLive(db.state.rollouts.get(id)?.state ?? 'aborted'))) break;
  }
  for (const { id, model, version, state } of doomed) {
    const now = db.state.rollouts.get(id);
    if (now && isLive(now.state))
      throw new Breach(`${model} ${version}: it was ${state}, does harm, and is ${now.state} still`);
    if (now?.state === 'succeeded')
      throw new Breach(`${model} ${version}: it was ${state}, does harm, and has succeeded`);
  }
}

/** Does it send traffic in which harm can be seen? In bake that needs somebody to compare with. */
function isDoomed({ db: { state } }: World, rollout: RolloutRecord, by: 'callers' | 'source'): boolean {
  const policy = policyOf(rollout);
  const step = trafficStepAt(policy, rollout.stepIndex);
  if (!isLive(rollout.state) || rollout.queued || rollout.state === 'pending' || step === null) return false;
  const kind = policy.steps[step]?.kind;
  if (by === 'source') return kind !== 'shadow' && policy.gates.some((gate) => gate.name === SOURCE);
  const held = state.routes.findLast((route) => route.modelId === rollout.modelId)?.candidate ?? null;
  // Of a ring that has the candidate as a whole nobody is left to compare with, and a person's pause keeps it there.
  if (isWholeRing(policy.steps[step])) return false;
  return rollout.state !== 'baking' || held !== null;
}
