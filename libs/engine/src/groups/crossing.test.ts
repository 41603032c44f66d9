import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { RolloutRecord } from '../ports/records.ts';
import { whatBroke } from './crossing.ts';

const STATES = ['rolled_back', 'aborted', 'superseded'] as const;
const ended = fc.record({
  model: fc.constantFrom('a', 'aa', 'b', 'b 2', 'ranker', 'ads'),
  state: fc.constantFrom(...STATES),
  /** How far the clock goes before it ends. */
  clock: fc.constantFrom(0, -3_600_000, 1_000),
});

it('names the member that failed first, whatever the clock says when the others follow', () => {
  fc.assert(
    fc.property(fc.uniqueArray(ended, { minLength: 2, selector: ({ model }) => model }), (all) => {
      let endedAt = 0;
      const members = all
        .map(({ model }) => ({ model, version: 2, state: 'running', endedAt: null, decision: null }))
        .sort((a, b) => (a.model < b.model ? -1 : 1)) as unknown as RolloutRecord[];
      const [first] = all;
      for (const { model, state, clock } of all) {
        // What it goes back for: its own harm, or what broke its group.
        const because = whatBroke({ members }) ?? 'it does harm';
        endedAt += clock;
        const at = members.findIndex((one) => one.model === model);
        const before = members[at];
        if (before)
          members[at] = {
            ...before,
            state,
            endedAt,
            decision: { kind: 'rollback', because, at: endedAt, revision: 1 },
          };
        expect(whatBroke({ members })).toBe(
          `${first?.model} 2, of the same release group, was ${first?.state.replace('_', ' ')}: it does harm`,
        );
      }
    }),
  );
});
