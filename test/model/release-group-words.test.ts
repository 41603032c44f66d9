import { beforeEach, describe, expect, it } from '@jest/globals';
import {
  actOnRollout,
  type GroupAction,
  type GroupRecord,
  groupState,
  Probes,
  retryGroup,
  rollBack,
} from '#libs/engine';
import { ADMIN, APPROVED_POLICY, GROUP_POLICY, GroupOfThree } from '../support/group-of-three.ts';
import { MemoryDatabase } from '../support/memory/memory-stores.ts';

let db: MemoryDatabase;
let three: GroupOfThree;
beforeEach(() => {
  db = new MemoryDatabase();
  three = new GroupOfThree(db.uow);
});

/** A person's word for one member by itself. */
async function alone(model: string, action: 'abort'): Promise<void> {
  const { id } = await three.member(model);
  const request = { action, reason: 'x', ...ADMIN, probes: Probes.FORCED };
  await db.uow.run((stores) => actOnRollout(stores, id, request));
}
const refusals = async (actions: readonly GroupAction[]): Promise<unknown[]> =>
  Promise.all(
    actions.map((action) =>
      three.act(action).then(
        (group) => groupState(group),
        (error: { code: string }) => error.code,
      ),
    ),
  );

describe('a word for a release group', () => {
  it('keeps no half of one whose member has gone back already', async () => {
    await three.start();
    for (const model of three.models) await three.ripen(model);
    expect(await three.states()).toEqual(['baking', 'baking', 'baking']);
    await alone('ads', 'abort');
    // Before anybody has looked at the others.
    await expect(three.act('finish')).rejects.toMatchObject({ code: 'group_not_ready' });
    for (const model of three.models) await three.look(model);
    expect(await three.primaries()).toEqual({ ads: 1, fraud: 1, ranker: 1 });
  });

  it('promotes no half of one whose member has ended already', async () => {
    await three.start();
    for (const model of three.models) await three.look(model);
    await alone('ads', 'abort');
    await expect(three.act('promote')).rejects.toMatchObject({ code: 'group_not_ready' });
    expect(await three.primaries()).toEqual({ ads: 1, fraud: 1, ranker: 1 });
  });

  it('takes all back once one of it can be rejected, wherever the others are', async () => {
    await three.start(APPROVED_POLICY);
    await expect(three.act('reject')).rejects.toMatchObject({ code: 'group_not_ready' });
    await three.ripen('ads');
    await three.look('fraud');
    expect(await three.states()).toEqual([
      'awaiting_approval',
      expect.not.stringMatching('approval'),
      'pending',
    ]);
    expect(groupState(await three.act('reject'))).toBe('rolled_back');
    expect(await three.states()).toEqual(['aborted', 'aborted', 'aborted']);
    expect((await three.member('fraud')).decision?.because).toMatch(/release group rejected: /);
    expect(await three.primaries()).toEqual({ ads: 1, fraud: 1, ranker: 1 });
  });

  it('is refused where the group has ended otherwise, and changes nothing where it has ended so', async () => {
    await three.start();
    const all = ['approve', 'promote', 'finish', 'abort', 'reject'] as const;
    await three.act('abort');
    expect(await refusals(all)).toEqual([
      ...['group_ended', 'group_ended', 'group_ended'],
      ...['rolled_back', 'rolled_back'],
    ]);
    await three.release(GROUP_POLICY);
    for (const model of three.models) await three.ripen(model);
    await three.act('finish');
    expect(await refusals(all)).toEqual([
      ...['group_ended', 'succeeded', 'succeeded'],
      ...['group_ended', 'group_ended'],
    ]);
  });

  it('approves nothing where nothing waits for it, or one is paused there; a repeat is none', async () => {
    await three.start(APPROVED_POLICY);
    await expect(three.act('approve')).rejects.toMatchObject({ code: 'group_not_ready' });
    for (const model of three.models) await three.ripen(model);
    expect(await three.states()).toEqual(Array(3).fill('awaiting_approval'));
    const setState = async (state: 'paused' | 'awaiting_approval'): Promise<void> => {
      const { id, revision } = await three.member('ads');
      await db.uow.run((stores) => stores.rollouts.transition(id, revision, { state }));
    };
    await setState('paused');
    await expect(three.act('approve')).rejects.toMatchObject({ code: 'group_not_ready' });
    await setState('awaiting_approval');
    await three.act('approve');
    for (const model of three.models) await three.look(model);
    // The client whose answer was lost asks again, when they have moved on.
    expect(groupState(await three.act('approve'))).toBe('live');
    await expect(three.act('approve', { actor: 'bob' })).rejects.toMatchObject({ code: 'group_not_ready' });
  });
});

describe('the same group asked for again', () => {
  const again = (more: object, policy: object = GROUP_POLICY) => three.release(policy, more);

  it('moves its start, and overrides a freeze, as a rollout does', async () => {
    const now = await db.uow.read((stores) => stores.now());
    const startAt = now + 3_600_000;
    const first = await three.start(GROUP_POLICY, { startAt });
    const moved = await again({ startAt: startAt + 60_000 });
    expect(moved.id).toBe(first.id);
    expect(moved.members.map((one) => one.startAt)).toEqual(Array(3).fill(startAt + 60_000));
    const urgent = await again({ overrideFreeze: true });
    expect(urgent.members.map(({ overridesFreeze }) => overridesFreeze)).toEqual([true, true, true]);
  });

  it('is refused with another policy, rather than answered with what it does not say', async () => {
    await three.start();
    await expect(again({}, APPROVED_POLICY)).rejects.toMatchObject({ code: 'rollout_has_another_policy' });
    await expect(again({}, { name: 'x' })).rejects.toMatchObject({ code: 'policy_invalid' });
  });

  it('is the same in its bake', async () => {
    const first = await three.start();
    for (const model of three.models) await three.ripen(model);
    expect((await again({})).id).toBe(first.id);
    await expect(again({}, APPROVED_POLICY)).rejects.toMatchObject({ code: 'rollout_has_another_policy' });
  });
});

describe('a group that has gone back', () => {
  const retry = (id: string, more: object = {}): Promise<GroupRecord> =>
    db.uow.run((stores) => retryGroup(stores, id, { reason: 'mended', ...ADMIN, ...more }));

  it('is retried as a new one, by the same policies, once for whoever asks', async () => {
    const { id } = await three.start();
    await expect(retry(id)).rejects.toMatchObject({ code: 'group_live' });
    await alone('ads', 'abort');
    // The others are on their way back.
    await expect(retry(id)).rejects.toMatchObject({ code: 'group_live' });
    for (const model of three.models) await three.look(model);
    const { members } = await three.group();
    const again = await retry(id);
    expect(again.id).not.toBe(id);
    expect(again.reason).toBe(`retry of ${id}: mended`);
    expect(again.members.map(({ policyHash }) => policyHash)).toEqual(members.map((one) => one.policyHash));
    expect((await retry(id)).id).toBe(again.id);
    three.id = again.id;
    for (const model of three.models) await three.ripen(model);
    await three.act('finish');
    expect(await three.primaries()).toEqual({ ads: 2, fraud: 2, ranker: 2 });
    await expect(retry(again.id)).rejects.toMatchObject({ code: 'group_ended' });
  });

  it('is retried once, also for a client whose answer was lost until the new one had succeeded; until something else was released', async () => {
    const { id } = await three.start();
    await three.act('abort');
    const again = await retry(id);
    three.id = again.id;
    for (const model of three.models) await three.ripen(model);
    await three.act('finish');
    expect(await retry(id)).toEqual(await three.group());
    // A rollback of one of them is newer than that word.
    await db.uow.run((stores) =>
      rollBack(stores, 'ads', 1, { reason: 'x', actor: 'ann', probes: Probes.FORCED }),
    );
    await expect(retry(id)).rejects.toMatchObject({ code: 'version_is_primary' });
  });

  it('keeps the date that is ahead, or takes another; refuses who saw something else', async () => {
    const startAt = (await db.uow.read((stores) => stores.now())) + 3_600_000;
    const { id } = await three.start(GROUP_POLICY, { startAt, overrideFreeze: true });
    await three.act('abort');
    await expect(retry(id, { revision: 1 })).rejects.toMatchObject({ code: 'changed_meanwhile' });
    const again = await retry(id);
    expect(again.members.map((one) => [one.startAt, one.overridesFreeze])).toEqual(
      Array(3).fill([startAt, true]),
    );
    three.id = again.id;
    await three.act('abort');
    expect((await retry(again.id, { startAt: null })).members.map((one) => one.queued)).toEqual(
      Array(3).fill(false),
    );
  });
});

it('says of which member something is wrong', async () => {
  await three.start();
  await three.act('abort');
  const members = three.models.map((model, at) => ({
    model,
    version: 2,
    policy: at === 1 ? {} : GROUP_POLICY,
  }));
  const refused = await three.release(GROUP_POLICY, { members }).catch((error: unknown) => error);
  expect(refused).toMatchObject({ code: 'policy_invalid', detail: expect.stringMatching(/^fraud 2: /) });
  const { errors } = refused as { errors: { pointer: string }[] };
  for (const { pointer } of errors) expect(pointer).toMatch(/^\/members\/1\/policy\//);
  expect(errors.length).toBeGreaterThan(0);
});
