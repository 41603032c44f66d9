import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { actOnRollout, carryOutGroupWord, groupRevision, Probes } from '#libs/engine';
import { GROUP_POLICY, GroupOfThree } from '../support/group-of-three.ts';
import { MemoryDatabase } from '../support/memory/memory-stores.ts';

/** Four steps in a row that wait for a person. */
const APPROVALS = 4;
const POLICY = {
  ...GROUP_POLICY,
  steps: [
    GROUP_POLICY.steps[0],
    ...Array.from({ length: APPROVALS }, () => ({ approval: {} })),
    ...GROUP_POLICY.steps.slice(1),
  ],
};

/** How a word is said: with nothing, as the CLI does, with what is there, or with what was there at the start. */
const HOW = ['bare', 'cli', 'seen', 'stale'] as const;
const said = fc.record({
  by: fc.constantFrom('ann', 'bob', 'cleo'),
  how: fc.constantFrom(...HOW),
  afterMs: fc.constantFrom(0, 900, 2_000, 9_000, 10_001, 60_000),
});

async function atFirstApproval(): Promise<{ db: MemoryDatabase; three: GroupOfThree }> {
  const db = new MemoryDatabase();
  const three = new GroupOfThree(db.uow);
  await three.start(POLICY);
  for (const model of three.models) await three.ripen(model);
  expect(await three.states()).toEqual(Array(3).fill('awaiting_approval'));
  return { db, three };
}

/**
 * Whoever approves a group means the step that they saw. Without a precondition, and with one that the client has fetched a moment ago, the
 * same word within ten seconds is the same one, whoever says it. Mutants: `group-approves-twice`, `seen-group`.
 */
it('an approval of a group is for the step that was seen, and is carried out once in ten seconds', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(said, { minLength: 1, maxLength: 6 }), async (words) => {
      const { db, three } = await atFirstApproval();
      const first = groupRevision(await three.group());
      let doneAt = -Infinity;
      let approved = 0;
      for (const { by, how, afterMs } of words) {
        await db.advance(afterMs);
        if (approved === APPROVALS) return;
        const before = await three.group();
        const revision = { bare: undefined, stale: first }[how as string] ?? groupRevision(before);
        const request = {
          ...({ action: 'approve', reason: 'good', actor: by, authority: 'admin' } as const),
          ...(how === 'bare' ? {} : { revision }),
          unlessRepeated: how === 'cli',
          probes: new Map(three.models.map((model) => [model, Probes.FORCED])),
        };
        const word = db.uow.run((stores) => carryOutGroupWord(stores, three.id, request));
        if (how === 'stale' && groupRevision(before) !== first) {
          await expect(word).rejects.toMatchObject({ code: 'changed_meanwhile' });
          continue;
        }
        const { outcome } = await word;
        const isRepeat = db.nowMs - doneAt <= 10_000 && (how === 'bare' || how === 'cli');
        expect([by, how, outcome]).toEqual([
          by,
          how,
          isRepeat ? expect.stringMatching(/^step \d of \w+ was approved already/) : null,
        ]);
        if (!isRepeat) {
          doneAt = db.nowMs;
          approved++;
        }
        for (const model of three.models) await three.look(model);
        expect((await three.group()).members.map(({ stepIndex }) => stepIndex)).toEqual(
          Array(3).fill(1 + approved),
        );
      }
    }),
    { numRuns: 60 },
  );
});

it("a member's own approval of a moment ago makes the group's no repeat of it", async () => {
  const { db, three } = await atFirstApproval();
  const { id } = await three.member('ads');
  const own = { action: 'approve', reason: 'good', actor: 'ann', authority: 'admin' } as const;
  await db.uow.run((stores) => actOnRollout(stores, id, own));
  await three.look('ads');
  await db.advance(1_000);
  await three.act('approve', { actor: 'bob' });
  for (const model of three.models) await three.look(model);
  expect((await three.group()).members.map(({ stepIndex }) => stepIndex)).toEqual([3, 2, 2]);
});
