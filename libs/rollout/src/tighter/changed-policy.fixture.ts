import fc from 'fast-check';
import type { Policy } from '../policy/policy.ts';
import { undilutedBudget } from './tighter-budget.ts';
import type { Change } from './change.fixture.ts';
import { type Document, isValid } from './any-policy.fixture.ts';
import { STRICTER, FEWER } from './stricter-changes.fixture.ts';
import { LOOSER } from './looser-changes.fixture.ts';

const changes = fc.array(fc.tuple(fc.nat(1_000), fc.nat(1_000)), { minLength: 1, maxLength: 6 });

/** A document and one that was made from it by making it stricter; where that is no policy any more, it stays. */
function stricter(ways: readonly Change[]) {
  return (document: Document): fc.Arbitrary<Document> =>
    changes.map((list) =>
      list.reduce<Document>((before, [way, pick]) => {
        const after = ways[way % ways.length]?.(structuredClone(before), pick);
        return after && isValid(after) ? after : before;
      }, document),
    );
}

/** @param sameShares the arms share the traffic in the model's steps as they do with the model's policy */
export const stricterThan = (document: Document, sameShares: boolean): fc.Arbitrary<Document> =>
  stricter(sameShares ? STRICTER : [...STRICTER, ...FEWER])(document);

/** The same, half of the time with one change too many: one that makes it looser. */
export const nearTo = (document: Document, sameShares: boolean): fc.Arbitrary<Document> =>
  fc
    .tuple(stricterThan(document, sameShares), fc.boolean(), fc.nat(1_000), fc.nat(1_000))
    .map(([strict, spoil, way, pick]) => {
      if (!spoil) return strict;
      const after = LOOSER[way % LOOSER.length]?.(structuredClone(strict), pick);
      return after && isValid(after) ? after : strict;
    });

/** A release's policy as it is frozen: with the budget by which its further gates dilute nothing. */
export const frozenFor = (release: Policy, model: Policy): Policy => ({
  ...release,
  ...undilutedBudget(release, model),
});
