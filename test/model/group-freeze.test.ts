import { expect, it } from '@jest/globals';
import { MemoryDatabase } from '../support/memory/memory-stores.ts';
import { ADMIN, GROUP_POLICY, GroupOfThree } from '../support/group-of-three.ts';
import { type GroupRecord, possibleGroupWords, startGroup } from '#libs/engine';

/* Models whose freeze windows leave gaps, each model's by themselves, and none together, could never be promoted as a group. */
const frozenFrom = (hour: number, hours: number) => ({
  ...GROUP_POLICY,
  freeze: [{ cron: `0 ${hour} * * *`, duration: `${hours}h` }],
});

async function scene(hours: number, order?: readonly string[]) {
  const db = new MemoryDatabase();
  const three = new GroupOfThree(db.uow);
  await three.start();
  await three.act('abort');
  const policies = [frozenFrom(6, hours), GROUP_POLICY, frozenFrom(18, hours)];
  const members = three.models.map((model, at) => ({ model, version: 2, policy: policies[at] }));
  if (order) members.sort((a, b) => order.indexOf(a.model) - order.indexOf(b.model));
  const start = (more: object = {}) =>
    three.uow.run((stores) => startGroup(stores, { members, reason: 'r', ...ADMIN, ...more }));
  return { db, three, start };
}

it('is refused where no moment is left for all of it, as a whole; taken with a gap, and as a hot fix', async () => {
  const { db, start } = await scene(13);
  const before = db.state.rollouts.size;
  await expect(start()).rejects.toMatchObject({
    ...{ kind: 'invalid', code: 'group_always_frozen' },
    errors: [{ pointer: '/members/0/policy/freeze' }, { pointer: '/members/2/policy/freeze' }],
  });
  expect(db.state.rollouts.size).toBe(before);
  expect((await start({ overrideFreeze: true })).members).toHaveLength(3);
  expect((await (await scene(11)).start()).members).toHaveLength(3);
});

it('says which, as they were asked for', async () => {
  const { start } = await scene(13, ['fraud', 'ranker', 'ads']);
  await expect(start()).rejects.toMatchObject({
    errors: [{ pointer: '/members/1/policy/freeze' }, { pointer: '/members/2/policy/freeze' }],
  });
});

it('its retry is offered only where it would be taken', async () => {
  const { db, three, start } = await scene(13);
  const group = await start({ overrideFreeze: true });
  three.id = group.id;
  await three.act('abort');
  const ended = await three.group();
  const wordsTo = (one: GroupRecord) => three.uow.read((stores) => possibleGroupWords(stores, one));
  // A hot fix stays one.
  expect(await wordsTo(ended)).toContain('retry');
  for (const { id } of ended.members) {
    const rollout = db.state.rollouts.get(id);
    if (rollout) db.state.rollouts.set(id, { ...rollout, overridesFreeze: false });
  }
  expect(await wordsTo(await three.group())).not.toContain('retry');
});
