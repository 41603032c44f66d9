import fc from 'fast-check';
import {
  actOn,
  actOnRollout,
  deleteVersion,
  goBack,
  policyOf,
  probeTargets,
  promoteVersion,
  recordDeployment,
  reconcileRollout,
  registerVersion,
} from '#libs/engine';
import { ACTIONS, legalActions, type Action } from '#libs/rollout';
import { EMPTY_TALLY } from '#libs/stats';
import { lenientPorts, newVersion } from '../../support/builders.ts';
import { NAMED } from './named-commands.ts';
import { promoteOverQueue } from './person-commands.ts';
import { artifactBy } from './on-their-way.ts';
import { POLICIES } from './policies.ts';
import { sweep } from './sweep-turn.ts';
import { type Asked, READY_PATH, type World } from '../world.ts';

/** Two models of which one consumes the other. */
export const MODELS = ['embedder', 'ranker'] as const;

/** Where versions answer. */
const SERVERS = [1, 2, 3, 4].map((n) => `http://127.0.0.1:${n}`);
const MOODS: readonly Asked['outcome'][] = ['pass', 'error', 'pass', 'fail', 'undecided', 'no_data'];

export interface Command {
  readonly name: string;
  readonly n: number;
  readonly bad: boolean;
  readonly crash: number | null;
}

const NAMES = [
  ...['register', 'register', 'deploy', 'deploy', 'gateway', 'gateway', 'gateway'],
  ...['reconcile', 'reconcile', 'reconcile', 'reconcile', 'look', 'carryOut'],
  ...['goOn', 'goOn', 'goOn', 'goOn', 'repeatBatch', 'lateBatch', 'tick', 'sweep', 'sweep'],
  ...[
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
    'dies',
  ],
  ...['releaseInSilence', 'sayTwice', 'sayTwice', 'screen', 'screen', 'sayWhatWasSeen', 'sayWhatWasSeen'],
  ...['askAgain', 'retry', 'mood', 'mood', 'releaseAtADate', 'releaseAtADate'],
  ...['prove', 'prove', 'silence', 'resumeMeanwhile'],
  ...['segments', 'releaseNext', 'releaseNext', 'environment', 'releaseTogether', 'releaseTogether'],
  ...['goOnTogether', 'goOnTogether', 'actTogether', 'actTogether', 'losesProof'],
  ...['clockBack', 'clockBack', 'clockAhead', 'goBackSlowly'],
] as const;

/** So much longer than others that the process would nearly always die near their beginning. */
const LONG: readonly string[] = [
  ...['releaseNext', 'releaseTogether', 'goOnTogether', 'sayTwice', 'sayWhatWasSeen', 'losesProof'],
  'goBackSlowly',
];

export const command: fc.Arbitrary<Command> = fc
  .record({
    name: fc.constantFrom(...NAMES),
    n: fc.nat(1_000),
    bad: fc.nat(9).map((x) => x === 0),
    crash: fc.option(fc.nat(25), { freq: 6 }),
  })
  .map((one) => ({
    ...one,
    crash: one.crash !== null && LONG.includes(one.name) ? one.crash * 40 : one.crash,
  }));
/** @param most how many at most; at least half as many */
export const commandsUpTo = (most: number) =>
  fc.array(command, { minLength: Math.floor(most * 0.45), maxLength: most, size: 'max' });

/** One more version that is proven, so that there is something to go back to, and further. */
async function prove(world: World, model: string, n: number): Promise<void> {
  const { db } = world;
  const found = db.state.models.get(model);
  if (!found) return;
  const version = found.nextVersion;
  await carry(world, {
    ...{ bad: false, crash: null, n: n - (n % 2) + (model === 'ranker' ? 1 : 0) },
    name: 'register',
  });
  const told = { message: '', ...(n % 3 === 0 ? {} : { readyPath: READY_PATH }) };
  const deployment = { modelId: found.id, version, state: 'ready' as const, ...told };
  await recordDeployment(db.uow, model, { ...deployment, url: `http://127.0.0.1:${9_000 + (n % 2)}` });
  const probes = await probeTargets(world.asking, model, { versions: [version], back: 'from_bake' });
  const word = { reason: 'it is known', actor: 'admin', probes };
  await db.uow.run((stores) => promoteVersion(stores, model, version, word));
}

/** Carries out one command; nested ones are those of a world in which all goes well for a while. */
export async function carry(world: World, { name, n, bad }: Command): Promise<void> {
  const { db } = world;
  await db.advance(7);
  await db.refresh();
  const model = MODELS[n % 2] ?? 'embedder';
  const calm = { n, bad: false, crash: null };
  switch (name) {
    case 'register': {
      const upstreams = model === 'ranker' ? [{ model: 'embedder', version: 1 }] : [];
      const policy = POLICIES[n % POLICIES.length];
      const servingUrl = SERVERS[n % 3] ?? null;
      await registerVersion(
        lenientPorts(db.uow),
        model,
        newVersion({ upstreams, rollout: { policy }, servingUrl, artifact: artifactBy(n >> 2) }),
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
        ...{ message: '', readyPath: READY_PATH },
      });
      return;
    }
    case 'gateway':
      return world.traffic(10 + (n % 30), bad);
    case 'reconcile': {
      const id = world.pickLive(n);
      if (id) await reconcileRollout(world.ports, id);
      return;
    }
    case 'goOn': {
      // All goes well for a while, so that the runs reach the later steps.
      for (const next of ['deploy', 'reconcile', 'gateway', 'reconcile', 'gateway', 'reconcile'] as const) {
        await carry(world, { ...calm, name: next });
        await db.advance(2_500);
      }
      await db.refresh();
      const waits = [...db.state.rollouts.values()].find((r) => r.state === 'awaiting_approval');
      const word = { action: 'approve', reason: 'r', actor: 'ben', authority: 'operate' } as const;
      if (waits) await db.uow.run((stores) => actOnRollout(stores, waits.id, word));
      return;
    }
    case 'intoBake': {
      // As far as a bake, in the middle of which the next commands come.
      if (!world.live(model)) await carry(world, { ...calm, name: 'register' });
      for (let i = 0; i < 8; i++) {
        await db.refresh();
        const live = world.live(model);
        if (!live || live.state === 'baking') return;
        await carry(world, { ...calm, name: 'goOn' });
      }
      return;
    }
    case 'repeatBatch': {
      const batch = world.sent[n % Math.max(1, world.sent.length)];
      if (batch) await world.deliver(batch);
      return;
    }
    case 'lateBatch': {
      const route = db.state.routes.filter((r) => r.rolloutId !== null).at(-1 - (n % 5));
      if (!route?.rolloutId) return;
      const tally = { ...EMPTY_TALLY, requests: 3 };
      const { rolloutId, revision } = route;
      return world.send([], [{ rolloutId, revision, arm: 'primary', tally }]);
    }
    case 'sweep':
      return sweep(world, n);
    case 'tick':
      return db.advance([100, 6_000, 12_000, 70_000][n % 4] ?? 0);
    case 'act': {
      const id = n % 4 === 0 ? world.pick(n % 5) : world.pickLive(n);
      const rollout = id === undefined ? undefined : db.state.rollouts.get(id);
      const legal = rollout ? legalActions({ ...rollout, policy: policyOf(rollout) }) : [];
      // Mostly what makes sense, and often what does not.
      const among = n % 3 === 0 || legal.length === 0 ? ACTIONS : legal;
      const action = among[(n >> 2) % among.length] as Action;
      const actor = n % 5 === 0 ? 'test' : 'anna';
      if (!rollout || id === undefined) return;
      const overrideFreeze = n % 7 === 0;
      await actOn(world.asking, id, { action, reason: 'r', actor, authority: 'admin', overrideFreeze });
      return;
    }
    case 'rollBack': {
      await goBack(world.asking, model, null, { reason: 'incident', actor: 'admin' });
      return;
    }
    case 'promote': {
      const version = 1 + (n % 4);
      await promoteOverQueue(world, model, version);
      return;
    }
    case 'delete': {
      // Often what a rollback would go back to. The embedder's first is what rankers are made of.
      const found = db.state.models.get(model);
      const before = found?.primaryHistory.at(-2) ?? 2;
      const any = 2 + ((n >> 1) % Math.max(1, (found?.nextVersion ?? 3) - 2));
      const version = n % 3 === 0 ? before : any;
      await db.uow.run((stores) => deleteVersion(stores, model, version, 'admin'));
      return;
    }
    case 'releaseInSilence': {
      // A newer version comes while one bakes, and nothing that could serve in its place answers.
      const baking = [...db.state.rollouts.values()].find((r) => r.state === 'baking');
      if (!baking) return;
      for (const url of SERVERS) world.stopped.add(url);
      const of = MODELS.findIndex((one) => one === baking.model);
      await carry(world, { ...calm, n: of, name: 'register' });
      for (let i = 0; i < 2; i++) await carry(world, { ...calm, n: of, name: 'sweep' });
      return;
    }
    case 'stop':
      // Or another program takes their ports.
      for (const url of n % 2 === 0 ? SERVERS : SERVERS.slice(n % SERVERS.length))
        (n % 5 < 2 ? world.taken : world.stopped).add(url);
      return;
    case 'dies':
      world.diesNext = true;
      return;
    case 'start':
      world.startServers();
      return;
    case 'mood':
      world.mood = MOODS[n % MOODS.length] ?? 'pass';
      return;
    case 'prove':
      return prove(world, model, n);
    default:
      return NAMED[name]?.(world, model, n);
  }
}
