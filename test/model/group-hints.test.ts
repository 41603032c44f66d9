import { expect, it } from '@jest/globals';
import { actOn, actOnGroup, goBack, promoteAtOnce, reconcileRollout, startGroup } from '#libs/engine';
import { GROUP_POLICY } from '../support/group-of-three.ts';
import { MemoryDatabase } from '../support/memory/memory-stores.ts';
import { REACH } from './commands/environment-commands.ts';
import { membersOf } from './invariants/group-invariant.ts';
import { artifactBy, goOnWith, prepared } from './commands/on-their-way.ts';
import { World } from './world.ts';

/*
 * What a member of a release group says of a way out is a way out: `skip` is refused to it (`in_group`). Red before: both hints named it.
 */
const MODELS = ['ads', 'fraud'] as const;
const word = { reason: 'r', actor: 'ann', authority: 'admin' } as const;

/** A group whose two versions bake. */
async function baking(policy: object): Promise<{ world: World; id: string }> {
  const world = new World(new MemoryDatabase());
  const members = [];
  for (const model of MODELS) {
    await prepared(world, model, artifactBy(0));
    await promoteAtOnce(world.asking, model, 1, { reason: 'first', actor: 'ann' });
    members.push({ model, version: await prepared(world, model, artifactBy(1)), policy });
  }
  const request = { members, reach: REACH, ...word };
  const { id } = await world.db.uow.run((stores) => startGroup(stores, request));
  await world.db.refresh();
  const ids = membersOf(world.db.state, id).map((one) => one.id);
  const hasCrossed = (): boolean => membersOf(world.db.state, id).every(({ state }) => state === 'baking');
  for (let turn = 0; turn < 20 && !hasCrossed(); turn++) await goOnWith(world, ids, 1);
  expect(hasCrossed()).toBe(true);
  return { world, id };
}
const member = ({ db: { state } }: World, id: string, at: number) => {
  const found = membersOf(state, id)[at];
  if (!found) throw new Error('no such member');
  return found;
};
const say = (world: World, id: string, action: 'finish') =>
  world.db.uow.run((stores) => actOnGroup(stores, id, { action, ...word }));

it('a bake that waits for a person names the word for all, and that word is taken', async () => {
  const bake = { bake: { duration: '1m', holdBack: '10%' } };
  const steps = [...GROUP_POLICY.steps.slice(0, 2), bake];
  const { world, id } = await baking({ ...GROUP_POLICY, steps, onUndecided: 'pause', onNoData: 'pause' });
  for (let turn = 0; turn < 10; turn++) {
    await world.traffic(0, false);
    for (const { id: one } of membersOf(world.db.state, id)) await reconcileRollout(world.ports, one);
    await world.db.advance(9_000);
  }
  await world.db.refresh();
  const { id: own, decision } = member(world, id, 0);
  expect(decision?.because).toMatch(
    /by a person: finish of its release group keeps the new primaries, abort goes back$/,
  );
  await expect(actOn(world.asking, own, { ...word, action: 'skip' })).rejects.toMatchObject({
    code: 'in_group',
  });
  await say(world, id, 'finish');
});

it('a member that must go back, and cannot, names what works once its group has failed', async () => {
  const { world, id } = await baking(GROUP_POLICY);
  await actOn(world.asking, member(world, id, 0).id, { ...word, action: 'abort' });
  world.stopped.add('http://127.0.0.1:9');
  const own = member(world, id, 1);
  await reconcileRollout(world.ports, own.id);
  await world.db.refresh();
  const { because = '' } = member(world, id, 1).decision ?? {};
  expect(because).toMatch(
    /none answers; start one of them, or have an admin promote another version of fraud/,
  );
  await expect(say(world, id, 'finish')).rejects.toMatchObject({ code: 'group_not_ready' });
  world.startServers();
  await reconcileRollout(world.ports, own.id);
  await world.db.refresh();
  expect(member(world, id, 1).state).toBe('rolled_back');
});

// Red before: it said `"force": true in the body`, and the body of no abort takes one.
it.each(['one', 'all'] as const)(
  'an abort of %s that finds nobody to go back to names the word that goes back all the same',
  async (whose) => {
    const { world, id } = await baking(GROUP_POLICY);
    world.stopped.add('http://127.0.0.1:9');
    const own = member(world, id, 1);
    const abort = { ...word, action: 'abort' } as const;
    const said =
      whose === 'one'
        ? actOn(world.asking, own.id, abort)
        : world.db.uow.run((stores) => actOnGroup(stores, id, abort));
    const refused = await said.catch((error: unknown) => error);
    const [, model = ''] =
      /POST \/api\/v1\/models\/(\w+)\/rollback with "force": true/.exec(String(refused)) ?? [];
    expect([refused, model]).toMatchObject([{ code: 'nobody_answers' }, whose === 'one' ? 'fraud' : 'ads']);
    await goBack(world.asking, model, null, { ...word, force: true });
    for (const { id: one } of membersOf(world.db.state, id)) await reconcileRollout(world.ports, one);
    world.startServers();
    for (const { id: one } of membersOf(world.db.state, id)) await reconcileRollout(world.ports, one);
    await world.db.refresh();
    expect(membersOf(world.db.state, id).map(({ state }) => state)).toEqual(['rolled_back', 'rolled_back']);
  },
);
