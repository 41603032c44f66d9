import { describe, expect, it, test } from '@jest/globals';
import fc from 'fast-check';
import type { RelatedRollout } from '../ports/ports.ts';
import { heldBy } from './related-rollouts.ts';

const other = (relation: RelatedRollout['relation'], acknowledged: boolean): RelatedRollout => ({
  ...{ model: 'embedder', version: 5, relation, acknowledged },
});

describe('a pending rollout waits for', () => {
  test.each<[string, RelatedRollout[], string | null]>([
    ['nobody', [], null],
    [
      'what it consumes',
      [other('upstream', true)],
      'it waits for the rollout of embedder 5, which this model consumes',
    ],
    [
      'what it consumes and its author may not see, without its number',
      [other('upstream', false)],
      'it waits for a rollout of embedder, which this model consumes',
    ],
    [
      'what consumes it, by somebody who may touch both',
      [other('downstream', true)],
      'it waits for the rollout of embedder 5, which consumes this model',
    ],
    ['nobody who has only said that they consume it', [other('downstream', false)], null],
    [
      'the one that holds it, whichever is first',
      [other('downstream', false), { ...other('downstream', true), model: 'ranker' }],
      'it waits for the rollout of ranker 5, which consumes this model',
    ],
  ])('%s', (_what, related, words) => expect(heldBy(related)).toBe(words));
});

it('whatever others register, an edge that was not acknowledged holds back nobody upstream', () => {
  const related = fc.record({
    model: fc.string(),
    version: fc.integer({ min: 1 }),
    relation: fc.constant('downstream' as const),
    acknowledged: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(related), (all) => {
      expect(heldBy(all) !== null).toBe(all.some(({ acknowledged }) => acknowledged));
    }),
  );
});
