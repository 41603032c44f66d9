import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isLive, ACTIONS, legalActions, type Action } from '#libs/rollout';
import { DomainError } from '#libs/kernel';
import {
  actOnRollout,
  carryOut,
  deleteVersion,
  ingestEvidence,
  look,
  lookAt,
  type Looked,
  policyOf,
  Probes,
  probeTargets,
  probesOfAction,
  targetsOf,
  promoteVersion,
  recordDeployment,
  reconcileRollout,
  rollBack,
  type Readiness,
  type RolloutRecord,
  type ServingProbe,
  sweepOnce,
  unreachable,
  verdictsDiffer,
} from '#libs/engine';
import { EMPTY_TALLY, type Tally } from '#libs/stats';
import type { Arm } from '#libs/traffic';
import { newVersion, lenientPorts, reconcilePorts } from '../support/builders.ts';
import { Breach, checkRecord, checkStep } from '../support/engine-invariants.ts';
import type { MemoryState } from '../support/memory-state.ts';
import { Crash, MemoryDatabase } from '../support/memory-stores.ts';
import { registerVersion } from '#libs/engine';

/*
 * Any number of workers, people, gateways and CI jobs in any order, on two models of which one
 * consumes the other. After every command the invariants of DESIGN 4 must hold, and at the end the
 * whole record must.
 */
const MODELS = ['embedder', 'ranker'] as const;
/** Fewer for a quick look: `MODEL_RUNS=500`; 10,000 in `npm run test:nightly`. */
const RUNS = Number(process.env['MODEL_RUNS'] ?? 2_500);
const POLICIES = [
  { onNewVersion: 'supersede' },
  { onNewVersion: 'queue', fourEyes: true },
  { onNewVersion: 'refuse', onUndecided: 'pause' },
].map((more, i) => ({
  name: `policy-${i}`,
  steps: [
    { checks: {} },
    { shadow: { minRequests: 5, maxDuration: '1m' } },
    { canary: { weight: '10%', minRequests: 5, minDuration: '5s', maxDuration: '1m' } },
    ...(i === 1 ? [{ approval: {} }] : []),
    { canary: { weight: '50%', minRequests: 5, maxDuration: '1m' } },
    { bake: { duration: '10s', ...(i === 2 ? { holdBack: '10%' } : {}) } },
  ],
  gates: [{ metric: 'error_rate', maxIncrease: 0.5 }],
  promoteWhen: 'notFailed',
  rollbackWindow: i === 0 ? '1h' : '0s',
  ...more,
}));

/** Where versions answer. */
const SERVERS = [1, 2, 3, 4].map((n) => `http://127.0.0.1:${n}`);

interface Batch {
  readonly gateway: string;
  readonly boot: string;
  readonly sequence: number;
  readonly acknowledged: readonly { model: string; revision: number }[];
  readonly entries: readonly { rolloutId: string; revision: number; arm: Arm; tally: Tally }[];
}

/** The world outside the database: what workers have in their hands, and what gateways have sent. */
class World {
  readonly db: MemoryDatabase;
  readonly ports;
  readonly inHand: { readonly seen: Looked; readonly probes: Probes }[] = [];
  readonly sent: Batch[] = [];
  sequence = 0;
  /** What ought to have been counted, by (rollout, revision, arm). */
  readonly counted = new Map<string, number>();

  constructor(checksRevision: boolean) {
    this.db = new MemoryDatabase(checksRevision);
    const ports = reconcilePorts(this.db.uow);
    const serving: ServingProbe = { probe: async ({ url }) => this.probe(url) };
    this.ports = { ...ports, checks: { ...ports.checks, serving } };
  }

  /** Model servers that were stopped, by their URL. */
  readonly stopped = new Set<string>();
  get asking() {
    return { uow: this.db.uow, serving: this.ports.checks.serving };
  }
  private probe(url: string): Readiness {
    return this.stopped.has(url)
      ? unreachable('it was stopped')
      : { state: 'ready', because: 'it answers 200' };
  }

  rollouts(): string[] {
    return [...this.db.state.rollouts.keys()];
  }

  /** The n-th newest rollout, if there are that many. */
  pick(n: number): string | undefined {
    const ids = this.rollouts();
    return ids[ids.length - 1 - (n % Math.max(1, ids.length))];
  }

  pickLive(n: number): string | undefined {
    const ids = [...this.db.state.rollouts.values()].filter((r) => isLive(r.state)).map((r) => r.id);
    return ids[n % Math.max(1, ids.length)];
  }
}

type Command = {
  readonly name: string;
  readonly n: number;
  readonly bad: boolean;
  readonly crash: number | null;
};

const NAMES = [
  'register',
  'register',
  'deploy',
  'deploy',
  'gateway',
  'gateway',
  'gateway',
  'reconcile',
  'reconcile',
  'reconcile',
  'reconcile',
  'look',
  'carryOut',
  'goOn',
  'goOn',
  'goOn',
  'goOn',
  'repeatBatch',
  'lateBatch',
  'tick',
  'sweep',
  'sweep',
  'act',
  'act',
  'act',
  'act',
  'rollBack',
  'promote',
  'intoBake',
  'delete',
  'delete',
  'stop',
  'start',
  'releaseInSilence',
] as const;

const command = fc.record({
  name: fc.constantFrom(...NAMES),
  n: fc.nat(1_000),
  bad: fc.nat(9).map((x) => x === 0),
  crash: fc.option(fc.nat(25), { freq: 6 }),
});

async function carry(world: World, { name, n, bad }: Command): Promise<void> {
  const { db } = world;
  const model = MODELS[n % 2] ?? 'embedder';
  switch (name) {
    case 'register': {
      const upstreams = model === 'ranker' ? [{ model: 'embedder', version: 1 }] : [];
      const policy = POLICIES[n % POLICIES.length];
      await registerVersion(
        lenientPorts(db.uow),
        model,
        newVersion({ upstreams, rollout: { policy }, servingUrl: SERVERS[n % SERVERS.length] ?? null }),
        { actor: 'test', authority: 'admin' },
      );
      return;
    }
    case 'deploy': {
      const rollout = db.state.rollouts.get(world.pickLive(n) ?? '');
      if (!rollout) return;
      await recordDeployment(db.uow, rollout.model, {
        modelId: rollout.modelId,
        version: rollout.version,
        state: bad && n % 3 === 0 ? 'failed' : 'ready',
        url: `http://127.0.0.1:${9_000 + (n % 2)}`,
        message: '',
      });
      return;
    }
    case 'gateway':
      return postEvidence(world, n, bad);
    case 'reconcile': {
      const id = world.pickLive(n);
      if (id) await reconcileRollout(world.ports, id);
      return;
    }
    case 'look': {
      const id = world.pickLive(n);
      const seen = id ? await look(db.uow, id) : null;
      const targets = seen && targetsOf(seen.rollout, seen.decision, seen.view.policy);
      const probes = targets ? await probeTargets(world.asking, seen.rollout.model, targets) : Probes.NONE;
      if (seen) world.inHand.push({ seen, probes });
      return;
    }
    case 'carryOut': {
      // A worker that was stopped goes on with what it had decided, however long ago.
      const found = world.inHand[n % Math.max(1, world.inHand.length)];
      if (found) await carryOut(db.uow, found.seen, found.probes);
      return;
    }
    case 'goOn': {
      // All goes well for a while, so that the runs reach the later steps.
      const { crash, ...calm } = { name, n, bad: false, crash: null };
      for (const next of ['deploy', 'reconcile', 'gateway', 'reconcile', 'gateway', 'reconcile'] as const) {
        await carry(world, { ...calm, crash, name: next });
        db.nowMs += 2_500;
      }
      const waits = [...db.state.rollouts.values()].find((r) => r.state === 'awaiting_approval');
      const word = { action: 'approve', reason: 'r', actor: 'ben', authority: 'operate' } as const;
      if (waits) await db.uow.run((stores) => actOnRollout(stores, waits.id, word));
      return;
    }
    case 'intoBake': {
      // As far as a bake, in the middle of which the next commands come.
      const calm = { n, bad: false, crash: null };
      const live = (): RolloutRecord | undefined =>
        [...db.state.rollouts.values()].find((r) => r.model === model && r.endedAt === null && !r.queued);
      if (!live()) await carry(world, { ...calm, name: 'register' });
      for (let i = 0; i < 8 && live() && live()?.state !== 'baking'; i++)
        await carry(world, { ...calm, name: 'goOn' });
      return;
    }
    case 'repeatBatch': {
      const batch = world.sent[n % Math.max(1, world.sent.length)];
      if (batch) await deliver(world, batch);
      return;
    }
    case 'lateBatch': {
      const route = db.state.routes.filter((r) => r.rolloutId !== null).at(-1 - (n % 5));
      if (!route?.rolloutId) return;
      const tally = { ...EMPTY_TALLY, requests: 3 };
      return send(
        world,
        [],
        [{ rolloutId: route.rolloutId, revision: route.revision, arm: 'primary', tally }],
      );
    }
    case 'sweep':
      return sweep(world, n);
    case 'tick':
      db.nowMs += [100, 6_000, 12_000, 70_000][n % 4] ?? 0;
      return;
    case 'act': {
      const id = n % 4 === 0 ? world.pick(n % 5) : world.pickLive(n);
      const rollout = id === undefined ? undefined : db.state.rollouts.get(id);
      const legal = rollout ? legalActions({ ...rollout, policy: policyOf(rollout) }) : [];
      // Mostly what makes sense, and often what does not.
      const among = n % 3 === 0 || legal.length === 0 ? ACTIONS : legal;
      const action = among[(n >> 2) % among.length] as Action;
      const actor = n % 5 === 0 ? 'test' : 'anna';
      if (!rollout || id === undefined) return;
      const probes = await probesOfAction(world.asking, rollout, action);
      const word = { action, reason: 'r', actor, authority: 'admin', probes } as const;
      await db.uow.run((stores) => actOnRollout(stores, id, word));
      return;
    }
    case 'rollBack': {
      const probes = await probeTargets(world.asking, model, { back: 'from_primary' });
      await db.uow.run((stores) =>
        rollBack(stores, model, null, { reason: 'incident', actor: 'admin', probes }),
      );
      return;
    }
    case 'promote': {
      const version = 1 + (n % 4);
      const probes = await probeTargets(world.asking, model, { versions: [version], back: 'from_bake' });
      const word = { reason: 'hot fix', actor: 'admin', probes };
      await db.uow.run((stores) => promoteVersion(stores, model, version, word));
      return;
    }
    case 'delete':
      // The embedder's first is what rankers are made of.
      await db.uow.run((stores) => deleteVersion(stores, model, 2 + (n % 4), 'admin'));
      return;
    case 'releaseInSilence': {
      // A newer version comes while one bakes, and nothing that could serve in its place answers.
      const baking = [...db.state.rollouts.values()].find((r) => r.state === 'baking');
      if (!baking) return;
      const calm = { n: MODELS.findIndex((m) => m === baking.model), bad: false, crash: null };
      for (const url of SERVERS) world.stopped.add(url);
      await carry(world, { ...calm, name: 'register' });
      for (let i = 0; i < 2; i++) await carry(world, { ...calm, name: 'sweep' });
      return;
    }
    case 'stop':
      for (const url of n % 2 === 0 ? SERVERS : SERVERS.slice(n % SERVERS.length)) world.stopped.add(url);
      return;
    case 'start':
      world.stopped.clear();
      return;
  }
}

/** One turn of a worker's sweep; of the jobs that come of it some are lost. */
async function sweep(world: World, n: number): Promise<void> {
  const { db } = world;
  if (n % 3 === 0) await db.uow.run((stores) => stores.agenda.tidy());
  const due = [...db.state.agenda].filter(([, entry]) => entry.dueAt <= db.nowMs).map(([id]) => id);
  const { handOver } = await sweepOnce(db.uow, 10, 1_000);
  for (const id of due) if (!handOver.includes(id)) await expectNothingToDo(world, id);
  const taken = n % 7 === 0 ? handOver.slice(1) : handOver;
  for (const id of taken) await reconcileRollout(world.ports, id);
}

/** What a sweep leaves alone, a worker of its own would have left alone too. */
async function expectNothingToDo(world: World, id: string): Promise<void> {
  const rollout = world.db.state.rollouts.get(id);
  if (!rollout || !isLive(rollout.state)) return;
  const { decision } = await world.db.uow.run(async (stores) =>
    lookAt(stores, rollout, await stores.evidence.ofRollout(rollout.id)),
  );
  if (decision.kind !== 'hold' || verdictsDiffer(rollout, decision))
    throw new Breach(`the sweep left ${id} alone, but ${decision.kind}: ${decision.because}`);
}

async function postEvidence(world: World, n: number, bad: boolean): Promise<void> {
  const entries: Batch['entries'][number][] = [];
  const acknowledged: { model: string; revision: number }[] = [];
  const { models, routes } = world.db.state;
  for (const model of models.values()) {
    const route = routes.findLast((r) => r.modelId === model.id);
    if (!route) continue;
    acknowledged.push({ model: model.name, revision: route.revision });
    if (!route.rolloutId) continue;
    const requests = 10 + (n % 30);
    const of = (arm: Arm, errors = 0): void => {
      const compared = arm === 'shadow' ? requests : 0;
      const tally = { ...EMPTY_TALLY, requests, errors, compared, agreed: compared };
      entries.push({ rolloutId: route.rolloutId ?? '', revision: route.revision, arm, tally });
    };
    of('primary');
    if (route.candidate) of(route.candidate.mode === 'shadow' ? 'shadow' : 'candidate', bad ? requests : 0);
  }
  return send(world, acknowledged, entries);
}

async function send(
  world: World,
  acknowledged: Batch['acknowledged'],
  entries: Batch['entries'],
): Promise<void> {
  const batch = { gateway: 'g', boot: 'b', sequence: ++world.sequence, acknowledged, entries };
  world.sent.push(batch);
  return deliver(world, batch);
}

/** A gateway sends until it is told that the batch was counted; what it was told counts here too. */
async function deliver(world: World, batch: Batch): Promise<void> {
  if (!(await ingestEvidence(world.db.uow, batch)).counted) return;
  for (const { rolloutId, revision, arm, tally } of batch.entries) {
    const key = `${rolloutId} ${revision} ${arm}`;
    world.counted.set(key, (world.counted.get(key) ?? 0) + tally.requests);
  }
}

/** Nobody sends callers where they did not go before, unless the server there answers. */
function checkSentSomewhere({ db: { state }, stopped }: World, before: MemoryState): void {
  for (const route of state.routes.slice(before.routes.length)) {
    const last = state.routes
      .slice(0, state.routes.indexOf(route))
      .findLast((one) => one.modelId === route.modelId);
    const known = [last?.primary.url, last?.candidate?.url];
    for (const target of [route.primary, ...(route.candidate ? [route.candidate] : [])])
      if (stopped.has(target.url) && !known.includes(target.url))
        throw new Breach(
          `${route.model}: callers were sent to version ${target.version}, which does not answer`,
        );
    const moved = last && last.primary.version !== route.primary.version;
    if (moved && stopped.has(route.primary.url))
      throw new Breach(`${route.model}: version ${route.primary.version} is primary, and does not answer`);
  }
}

async function play(commands: readonly Command[], checksRevision = true): Promise<World> {
  const world = new World(checksRevision);
  for (const model of [0, 1]) {
    const first = { n: model, bad: false, crash: null };
    for (const name of ['register', 'deploy', 'reconcile', 'reconcile'] as const)
      await carry(world, { ...first, n: name === 'register' ? model : 0, name });
  }
  for (const one of commands) {
    const before = world.db.state;
    world.db.crashIn = one.crash;
    try {
      await carry(world, one);
    } catch (error) {
      // A refused request and a dead process leave everything as it was, or as it was committed.
      if (!(error instanceof DomainError) && !(error instanceof Crash)) throw error;
    }
    world.db.crashIn = null;
    checkStep(before, world.db.state);
    // A worker that was stopped does not know what answers now; all others have asked.
    if (one.name !== 'carryOut') checkSentSomewhere(world, before);
  }
  checkRecord(world.db.state);
  for (const { entry, tally } of world.db.state.evidence.values()) {
    const { rolloutId, revision, arm } = entry;
    if (tally.requests !== world.counted.get(`${rolloutId} ${revision} ${arm}`))
      throw new Breach(`evidence of ${rolloutId} ${revision} ${arm} was not counted once`);
  }
  return world;
}

/** All goes on as it should from here: every rollout must come to its end, or wait for a person. */
async function expectNobodyIsStuck(world: World): Promise<void> {
  const { db } = world;
  world.stopped.clear();
  const underWay = (): RolloutRecord[] =>
    [...db.state.rollouts.values()].filter(
      (r) => isLive(r.state) && r.state !== 'paused' && r.state !== 'awaiting_approval',
    );
  const waitsForAPerson = (model: string): boolean =>
    [...db.state.rollouts.values()].some(
      (r) =>
        isLive(r.state) && (r.state === 'paused' || r.state === 'awaiting_approval') && r.model === model,
    );
  for (let second = 0; second < 400; second++) {
    for (const rollout of underWay())
      if (db.state.deployments.get(`${rollout.modelId} ${rollout.version}`)?.state !== 'ready')
        await recordDeployment(db.uow, rollout.model, {
          modelId: rollout.modelId,
          version: rollout.version,
          state: 'ready',
          url: 'http://127.0.0.1:9000',
          message: '',
        });
    await postEvidence(world, second, false);
    await sweep(world, second);
    db.nowMs += 1_000;
    if (underWay().length === 0) return;
  }
  // One that is queued behind a rollout that waits for a person waits too, and so does one that has
  // not begun while a related model's does.
  const stuck = underWay().filter(
    (r) =>
      !(r.queued && waitsForAPerson(r.model)) && !(r.state === 'pending' && MODELS.some(waitsForAPerson)),
  );
  if (stuck.length > 0) throw new Breach(`stuck: ${JSON.stringify(stuck)}`);
}

/** How far the runs got, so that a test that reaches nothing is noticed. */
const reached = new Map<string, number>();

describe('the engine, whatever happens in whatever order', () => {
  it(
    'keeps the invariants of DESIGN 4 in 10,000 runs',
    async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(command, { minLength: 25, maxLength: 60, size: 'max' }),
          async (commands) => {
            const { db } = await play(commands);
            for (const { type, data } of [...db.state.events.values()].flat()) {
              const what = type === 'rollout.advanced' ? `${type} ${String(data['mode'])}` : type;
              reached.set(what, (reached.get(what) ?? 0) + 1);
            }
          },
        ),
        { numRuns: RUNS },
      );
      if (RUNS < 4_000) return;
      for (const what of [
        'rollout.advanced shadow',
        'rollout.advanced canary',
        'rollout.advanced approval',
        'rollout.approved',
        'rollout.promoted',
        'rollout.succeeded',
        'rollout.rolled_back',
        'rollout.aborted',
        'rollout.superseded',
        'rollout.dequeued',
        'rollout.waits',
        'version.deleted',
        'rollout.paused',
        'rollout.resumed',
        'rollout.clock_stopped',
        'rollout.clock_resumed',
      ])
        expect([what, (reached.get(what) ?? 0) >= 2]).toEqual([what, true]);
    },
    20 * 60_000,
  );

  it(
    'brings every rollout to an end, or before a person, once things go well again',
    async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(command, { minLength: 10, maxLength: 40, size: 'max' }),
          async (commands) => {
            const world = await play(commands);
            await expectNobodyIsStuck(world);
            checkRecord(world.db.state);
          },
        ),
        { numRuns: 500 },
      );
    },
    10 * 60_000,
  );

  it('is caught when the revision check is taken out', async () => {
    const broken = await fc.check(
      fc.asyncProperty(fc.array(command, { minLength: 25, maxLength: 60, size: 'max' }), async (commands) => {
        await play(commands, false);
      }),
      { numRuns: 10_000, endOnFailure: true },
    );
    expect(broken.failed).toBe(true);
    // By a breach of an invariant, not by an accident of the test.
    expect(broken.errorInstance).toBeInstanceOf(Breach);
  }, 600_000);
});
