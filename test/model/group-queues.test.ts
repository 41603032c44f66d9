import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { actOn, promoteAtOnce, reconcileRollout, startGroup, startRollout } from '#libs/engine';
import { DomainError } from '#libs/kernel';
import { isLive } from '#libs/rollout';
import { GROUP_POLICY } from '../support/group-of-three.ts';
import { MemoryDatabase } from '../support/memory/memory-stores.ts';
import { REACH } from './commands/environment-commands.ts';
import { membersOf } from './invariants/group-invariant.ts';
import { artifactBy, prepared, refused } from './commands/on-their-way.ts';
import { World } from './world.ts';

/*
 * Release groups that want the same models (ADR 29): each has a place in the queues of all its models, or in none, so no two wait for each other.
 * Mutants: `group-starts-by-halves`, `group-queues-by-halves`, `one-date-moves-alone`, `passes-a-waiting-group`.
 */
const RUNS = Number(process.env['GROUP_RUNS'] ?? 60);
const MODELS = ['ads', 'fraud', 'ranker', 'search'] as const;
type Name = (typeof MODELS)[number];
const GIVES_WAY = ['queue', 'supersede', 'refuse'] as const;

const word = { reason: 'r', actor: 'ann', authority: 'admin', reach: REACH } as const;
/** What each of them consumes: a pending rollout of the one waits for the other's that is under way. */
const CONSUMES: Readonly<Partial<Record<Name, Name>>> = { ranker: 'ads', search: 'fraud' };
const versionOf = (world: World, model: Name, n: number): Promise<number> => {
  const consumed = CONSUMES[model];
  return prepared(world, model, artifactBy(n), consumed ? [{ model: consumed, version: 1 }] : []);
};
const policyBy = (n: number): object => ({ ...GROUP_POLICY, onNewVersion: GIVES_WAY[n % GIVES_WAY.length] });

async function begin(): Promise<World> {
  const world = new World(new MemoryDatabase());
  for (const model of MODELS) {
    await versionOf(world, model, 0);
    await promoteAtOnce(world.asking, model, 1, { reason: 'first', actor: 'ann' });
  }
  await world.db.refresh();
  return world;
}

/** @returns the group's id */
async function releaseGroup(
  world: World,
  models: readonly Name[],
  { policy, startAt = null }: { policy: number; startAt?: number | null },
): Promise<string> {
  const members: { model: Name; version: number; policy: object }[] = [];
  for (const model of models)
    members.push({
      model,
      version: await versionOf(world, model, policy),
      policy: policyBy(policy),
    });
  const { id } = await world.db.uow.run((stores) => startGroup(stores, { members, startAt, ...word }));
  await world.db.refresh();
  return id;
}

async function releaseOne(world: World, model: Name, policy: number): Promise<string> {
  const version = await versionOf(world, model, policy);
  const { id } = await world.db.uow.run((stores) =>
    startRollout(stores, model, { version, policy: policyBy(policy), ...word }),
  );
  await world.db.refresh();
  return id;
}

const live = ({ db }: World) => [...db.state.rollouts.values()].filter(({ state }) => isLive(state));

async function lookAtAll(world: World): Promise<void> {
  for (const { id } of live(world)) await reconcileRollout(world.ports, id);
  await world.db.refresh();
}

/** All goes well from here on. @returns what has not ended */
async function settle(world: World): Promise<readonly string[]> {
  for (let turn = 0; turn < 150 && live(world).length > 0; turn++) {
    await world.traffic(300, false);
    await lookAtAll(world);
    await world.db.advance(10_000);
  }
  return live(world).map(
    ({ model, version, state, decision }) => `${model} ${version} is ${state}: ${decision?.because}`,
  );
}

const stateOf = ({ db }: World, group: string): readonly string[] =>
  membersOf(db.state, group).map(({ state }) => state);
const isQueued = ({ db }: World, group: string): readonly boolean[] =>
  membersOf(db.state, group).map(({ queued }) => queued);

const command = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('group' as const),
      models: fc.subarray([...MODELS], { minLength: 2, maxLength: 3 }),
      policy: fc.nat(7),
      inMs: fc.constantFrom(null, null, 3_000, 9_000, 30_000),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('one' as const),
      model: fc.constantFrom(...MODELS),
      policy: fc.nat(7),
    }),
  },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('look' as const), n: fc.nat(30) }) },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('tick' as const), ms: fc.constantFrom(100, 4_000, 20_000) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('traffic' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('abort' as const), n: fc.nat(30) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constantFrom('move' as const, 'moveOne' as const),
      n: fc.nat(30),
      inMs: fc.constantFrom(null, 2_000, 15_000),
    }),
  },
);
type Command = (typeof command extends fc.Arbitrary<infer C> ? C : never) & object;

async function carry(world: World, step: Command): Promise<void> {
  const { db } = world;
  await db.advance(7);
  await db.refresh();
  const startAt = 'inMs' in step && step.inMs !== null ? db.nowMs + step.inMs : null;
  const one = 'n' in step ? live(world)[step.n % Math.max(1, live(world).length)] : undefined;
  switch (step.kind) {
    case 'group':
      return void (await releaseGroup(world, step.models, { policy: step.policy, startAt }));
    case 'one':
      return void (await releaseOne(world, step.model, step.policy));
    case 'look':
      return void (one && (await reconcileRollout(world.ports, one.id)));
    case 'tick':
      return db.advance(step.ms);
    case 'traffic':
      return world.traffic(300, false);
    case 'abort':
      return void (one && (await actOn(world.asking, one.id, { ...word, action: 'abort' })));
    case 'moveOne': {
      if (!one) return;
      const { model, version } = one;
      return void (await db.uow.run((stores) => startRollout(stores, model, { version, startAt, ...word })));
    }
    case 'move': {
      const members = membersOf(db.state, one?.groupId ?? '').map(({ model, version }) => ({
        model,
        version,
      }));
      if (members.length === 0) return;
      return void (await db.uow.run((stores) => startGroup(stores, { members, startAt, ...word })));
    }
  }
}

describe('release groups that want the same models', () => {
  it('never wait for each other: all end, whatever was asked for in whatever order', async () => {
    const seen = { waited: 0, moved: 0 };
    await fc.assert(
      fc.asyncProperty(fc.array(command, { minLength: 6, maxLength: 40, size: 'max' }), async (commands) => {
        const world = await begin();
        for (const step of commands) {
          await carry(world, step).catch(refused);
          await world.db.refresh();
          world.watch.report();
        }
        seen.waited += live(world).filter(({ queued, groupId }) => queued && groupId !== null).length;
        expect(await settle(world)).toEqual([]);
        world.watch.report();
      }),
      { numRuns: RUNS },
    );
    expect(seen.waited).toBeGreaterThan(0);
  }, 300_000);

  // Red before groups left their queues as a whole: each was first in one queue, behind the other in the other one.
  it('end, where one was released for a date that comes while the other has a place already', async () => {
    const world = await begin();
    await releaseOne(world, 'ads', 0);
    const dated = await releaseGroup(world, ['ads', 'fraud'], { policy: 0, startAt: world.db.nowMs + 5_000 });
    await world.db.advance(6_000);
    const now = await releaseGroup(world, ['ads', 'fraud'], { policy: 0 });
    expect(await settle(world)).toEqual([]);
    expect([stateOf(world, dated), stateOf(world, now)]).toEqual([
      ['succeeded', 'succeeded'],
      ['succeeded', 'succeeded'],
    ]);
  });

  // Red before groups began as a whole: a member of each waited for the rollout of a model that it consumes, or that consumes it, in the other group.
  it.each([
    ['ads', 'search'],
    ['search', 'ads'],
    ['ranker', 'fraud'],
  ] as const)('end, where they consume each other, and %s is looked at before %s', async (...first) => {
    const world = await begin();
    const one = await releaseGroup(world, ['ads', 'fraud'], { policy: 0 });
    const other = await releaseGroup(world, ['ranker', 'search'], { policy: 0 });
    for (const model of first) {
      const found = live(world).find((rollout) => rollout.model === model);
      await reconcileRollout(world.ports, found?.id ?? '');
    }
    expect(await settle(world)).toEqual([]);
    expect([...stateOf(world, one), ...stateOf(world, other)]).toEqual(Array(4).fill('succeeded'));
  });

  it('queue as a whole where one member finds no place, and say for whom they wait', async () => {
    const world = await begin();
    await releaseOne(world, 'ads', 0);
    const group = await releaseGroup(world, ['ads', 'fraud'], { policy: 0 });
    expect(isQueued(world, group)).toEqual([true, true]);
    await lookAtAll(world);
    expect(membersOf(world.db.state, group).find(({ model }) => model === 'fraud')?.decision?.because).toBe(
      'it starts together with its release group: ads 3: it waits until the rollout before it has ended',
    );
    expect(await settle(world)).toEqual([]);
    expect(stateOf(world, group)).toEqual(['succeeded', 'succeeded']);
  });

  it.each([
    ['queue', 0, [true, 'succeeded']],
    ['supersede', 1, [false, 'rolled_back']],
  ] as const)(
    'that wait are found by a later release as if they ran: %s',
    async (_, policy, [queues, ends]) => {
      const world = await begin();
      const before = await releaseOne(world, 'ads', 0);
      const group = await releaseGroup(world, ['ads', 'fraud'], { policy });
      const later = await releaseOne(world, 'fraud', 0);
      expect(world.db.state.rollouts.get(later)?.queued).toBe(queues);
      expect(await settle(world)).toEqual([]);
      expect([before, later].map((id) => world.db.state.rollouts.get(id)?.state)).toEqual([
        'succeeded',
        'succeeded',
      ]);
      expect(stateOf(world, group)[0]).toBe(ends);
    },
  );

  it('that wait refuse a later release where their policy does', async () => {
    const world = await begin();
    await releaseOne(world, 'ads', 0);
    await releaseGroup(world, ['ads', 'fraud'], { policy: 2 });
    await expect(releaseOne(world, 'fraud', 0)).rejects.toMatchObject({ code: 'rollout_running' });
  });

  it('have one date: it moves for all of them, and not for one', async () => {
    const world = await begin();
    const startAt = world.db.nowMs + 60_000;
    const group = await releaseGroup(world, ['ads', 'fraud'], { policy: 0, startAt });
    const dates = () => membersOf(world.db.state, group).map((one) => one.startAt);
    const later = startAt + 60_000;
    const error: unknown = await world.db.uow
      .run((stores) => startRollout(stores, 'ads', { version: 2, startAt: later, ...word }))
      .catch((thrown: unknown) => thrown);
    if (!(error instanceof DomainError)) throw error;
    expect([error.code, error.detail]).toEqual([
      'in_group',
      expect.stringContaining('Move all of it: POST /api/v1/release-groups'),
    ]);
    expect(dates()).toEqual([startAt, startAt]);
    const members = [
      { model: 'ads', version: 2 },
      { model: 'fraud', version: 2 },
    ];
    const move = async (to: number | null): Promise<void> => {
      await world.db.uow.run((stores) => startGroup(stores, { members, startAt: to, ...word }));
      await world.db.refresh();
    };
    await move(later);
    expect(dates()).toEqual([later, later]);
    await move(null);
    expect(new Set(dates()).size).toBe(1);
    expect(dates()[0]).toBeLessThanOrEqual(world.db.nowMs);
    expect(await settle(world)).toEqual([]);
  });
});
