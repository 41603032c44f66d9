import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { actOnRollout, groupState, Probes, rollBack, startRollout } from '#libs/engine';
import { freshUnitOfWork } from '../support/databases/database.ts';
import { ADMIN, APPROVED_POLICY, GROUP_POLICY, GroupOfThree } from '../support/group-of-three.ts';

let db: Awaited<ReturnType<typeof freshUnitOfWork>>;
let three: GroupOfThree;
beforeEach(async () => {
  db = await freshUnitOfWork();
  three = new GroupOfThree(db.uow);
});
afterEach(() => db.close());

const V1 = { ads: 1, fraud: 1, ranker: 1 };
const V2 = { ads: 2, fraud: 2, ranker: 2 };

describe('a release group', () => {
  it('makes none primary before each has earned it, then all at once, and ends their bakes together', async () => {
    await three.start();
    await three.ripen('ads');
    await three.ripen('fraud');
    expect(await three.primaries()).toEqual(V1);
    const waits = await three.member('ads');
    expect(waits.decision?.because).toMatch(/it waits for its release group: .*ranker 2 is pending/);
    await three.ripen('ranker');
    expect(await three.primaries()).toEqual(V2);
    expect(await three.states()).toEqual(['baking', 'baking', 'baking']);
    // What a person says of one of them is said of all.
    const { id } = await three.member('fraud');
    await expect(
      db.uow.run((stores) => actOnRollout(stores, id, { action: 'skip', reason: 'x', ...ADMIN })),
    ).rejects.toMatchObject({ code: 'in_group' });
    const done = await three.act('finish');
    expect([groupState(done), ...(await three.states())]).toEqual([
      'succeeded',
      ...['succeeded', 'succeeded', 'succeeded'],
    ]);
    expect(groupState(await three.act('finish'))).toBe('succeeded');
  });

  it('is moved once, whoever looks at the same moment', async () => {
    await three.start();
    for (const model of three.models) {
      for (let turn = 0; turn < 3; turn++) {
        await three.look(model);
        if (turn < 2) await three.evidence(model);
      }
    }
    await Promise.all(three.models.map((model) => three.evidence(model)));
    await Promise.all([...three.models, ...three.models].map((model) => three.look(model)));
    expect(await three.primaries()).toEqual(V2);
    for (const { id } of (await three.group()).members) {
      const events = await db.uow.read((stores) => stores.events.ofRollout(id));
      expect(events.filter(({ type }) => type === 'rollout.promoted')).toHaveLength(1);
    }
  });

  it('goes back as a whole when one fails, before the promotion and after it', async () => {
    await three.start();
    await three.ripen('ads');
    await three.look('ranker');
    await three.evidence('ranker', false);
    expect(await three.look('ranker')).toBe('rollback');
    for (const model of ['ads', 'fraud']) expect(await three.look(model)).toBe('rollback');
    expect(groupState(await three.group())).toBe('rolled_back');
    expect((await three.member('fraud')).decision?.because).toMatch(
      /^ranker 2, of the same release group, was rolled back: /,
    );
    await three.release(GROUP_POLICY);
    for (const model of three.models) await three.ripen(model);
    expect(await three.primaries()).toEqual(V2);
    await db.uow.run((stores) =>
      rollBack(stores, 'fraud', null, { reason: 'test', actor: 'ann', probes: Probes.FORCED }),
    );
    for (const model of three.models) await three.look(model);
    expect(await three.primaries()).toEqual(V1);
    expect(await three.states()).toEqual(['rolled_back', 'rolled_back', 'rolled_back']);
  });

  it('goes back, one that only waits for its date too', async () => {
    const now = await db.uow.read((stores) => stores.now());
    await three.start(GROUP_POLICY, { startAt: now + 3_600_000 });
    expect((await three.group()).members.every(({ queued }) => queued)).toBe(true);
    const { id } = await three.member('ads');
    await db.uow.run((stores) => actOnRollout(stores, id, { action: 'abort', reason: 'x', ...ADMIN }));
    for (const model of three.models) await three.look(model);
    expect(await three.states()).toEqual(['aborted', 'rolled_back', 'rolled_back']);
  });

  it('takes one approval for all, when each stands there, and none by halves', async () => {
    await three.start(APPROVED_POLICY);
    await three.ripen('ads');
    await three.ripen('fraud');
    await expect(three.act('approve')).rejects.toMatchObject({ code: 'group_not_ready' });
    expect((await three.member('ads')).approvals).toEqual([]);
    await three.ripen('ranker');
    expect(await three.states()).toEqual(Array(3).fill('awaiting_approval'));
    const approved = await three.act('approve');
    expect(approved.members.map(({ approvals }) => approvals.length)).toEqual([1, 1, 1]);
    for (const model of three.models) await three.ripen(model);
    expect(await three.primaries()).toEqual(V2);
  });

  it('is refused approval as a whole where one of its versions needs other eyes', async () => {
    await three.start({ ...APPROVED_POLICY, fourEyes: true });
    for (const model of three.models) await three.ripen(model);
    await expect(three.act('approve')).rejects.toMatchObject({ code: 'four_eyes' });
    expect((await three.group()).members.flatMap(({ approvals }) => approvals)).toEqual([]);
    await three.act('approve', { actor: 'bob' });
  });

  it('answers a repeat with the group that is under way, and refuses what is released otherwise', async () => {
    const first = await three.start();
    const again = await three.release(GROUP_POLICY);
    expect(again.id).toBe(first.id);
    await three.act('abort');
    await db.uow.run((stores) => startRollout(stores, 'fraud', { version: 2, ...ADMIN }));
    await expect(three.release(GROUP_POLICY)).rejects.toMatchObject({ code: 'group_member_released' });
    const none = await db.uow.read((stores) =>
      stores.groups.list({ live: true, models: null }, { pageSize: 9, pageToken: null }),
    );
    expect(none.items).toEqual([]);
  });

  it('refuses what could not go back: a policy without a bake; all or none is started', async () => {
    const { steps } = GROUP_POLICY;
    await expect(three.start({ ...GROUP_POLICY, steps: steps.slice(0, 2) })).rejects.toMatchObject({
      code: 'group_needs_bake',
    });
    for (const model of three.models) {
      const live = await db.uow.read(async (stores) =>
        stores.rollouts.findLive((await stores.models.find(model))?.id ?? ''),
      );
      expect(live).toBeNull();
    }
  });

  it('does not wait for a model that its own member consumes, while anybody else does', async () => {
    await three.start();
    const { id } = await three.group();
    await three.ripen('ads');
    const underWay = (groupId: string | null) =>
      db.uow.read((stores) => stores.relations.underWay({ model: 'ranker', version: 2, groupId }, ['ads']));
    expect((await underWay(null)).map(({ model }) => model)).toEqual(['ads']);
    expect(await underWay(id)).toEqual([]);
  });

  it('shows a list to those who may see all of its models', async () => {
    const { id } = await three.start();
    const list = (models: string[] | null) =>
      db.uow.read((stores) => stores.groups.list({ live: true, models }, { pageSize: 9, pageToken: null }));
    expect((await list(null)).items.map((one) => one.id)).toEqual([id]);
    expect((await list(['ads', 'fr*', 'ranker'])).items).toHaveLength(1);
    expect((await list(['ads', 'fraud'])).items).toEqual([]);
  });
});
