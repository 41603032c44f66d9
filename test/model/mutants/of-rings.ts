import { KEEPS, type Mutant, pure } from './mutant.ts';

const ARM = 'libs/traffic/src/arms/arm.ts';
const RINGS = 'libs/rollout/src/decide/rings.test.ts';

/** Rings (ADR 30): who gets the candidate, who counts, and who keeps it. */
export const OF_RINGS: readonly Mutant[] = [
  {
    ...{ name: 'ring-is-everybody', kind: 'rings', undoes: "a ring's share is everybody's" },
    ...{
      file: 'libs/engine/src/evaluation/advance-rollout.ts',
      find: 'weight: isRing(step) ? 0 : weightOf(step)',
    },
    ...{ replace: 'weight: weightOf(step)', caughtBy: KEEPS },
  },
  {
    ...{
      name: 'ring-follows-segment',
      kind: 'rings',
      undoes: 'a change of a segment reaches a ring that has begun',
    },
    ...{
      file: 'libs/engine/src/routing/rings-of.ts',
      find: 'return frozen.get(segment) ?? (fresh ? freezeSegment(fresh) : null);',
    },
    ...{
      replace: 'return (fresh ? freezeSegment(fresh) : null) ?? frozen.get(segment) ?? null;',
      caughtBy: KEEPS,
    },
  },
  {
    ...{
      name: 'ring-is-forgotten',
      kind: 'rings',
      undoes: 'members of a ring lose the candidate when everybody gets a share',
    },
    ...{ file: 'libs/rollout/src/decide/rings.ts', find: '.filter(([, share]) => share > least)' },
    ...{ replace: '.filter(([, share]) => share > least && least < 0)', caughtBy: KEEPS },
  },
  {
    ...{
      name: 'ring-judges-all',
      kind: 'rings',
      undoes: 'whoever is outside of the ring on trial is evidence',
    },
    ...{ file: ARM, find: 'return mine.some(({ judged }) => judged) && mine.every(' },
    ...{ replace: 'return mine.every(', caughtBy: KEEPS },
  },
  {
    ...{
      name: 'ring-keeps-nobody',
      kind: 'rings',
      undoes: 'members of an earlier ring lose the candidate in the next one',
    },
    ...{ file: ARM, find: 'const kept = place < had;' },
    ...{ replace: 'const kept = mine.some(({ judged }) => judged) && place < had;', caughtBy: KEEPS },
  },
  {
    ...{
      name: 'ring-keeps-judged',
      kind: 'rings',
      undoes: 'who keeps the candidate from a ring is compared as if by lot',
    },
    ...{ file: ARM, find: 'if (onTrial === undefined) return mine.length === 0;' },
    ...{ replace: 'if (onTrial === undefined) return true;', caughtBy: KEEPS },
  },
  {
    ...{
      name: 'held-back-from-ring',
      kind: 'rings',
      undoes: 'a bake moves members of a ring back to the version before',
    },
    ...{ file: ARM, find: 'heldBack ? isBelow && !kept : isBelow || kept' },
    ...{ replace: 'heldBack ? isBelow : isBelow || kept', caughtBy: KEEPS },
  },
  {
    ...{
      name: 'whole-ring-is-compared',
      kind: 'rings',
      undoes: 'a ring at 100 % is compared with callers who are others',
    },
    ...{ file: 'libs/rollout/src/budget/error-budget.ts', find: '!(isWholeRing(step) && isRelative(gate))' },
    ...{ replace: 'true', caughtBy: pure(RINGS, 'leaves nobody to compare with') },
  },
  {
    ...{
      name: 'older-planes-know-rings',
      kind: 'rings',
      undoes: "a data plane that does not know rings takes a ring's candidate for everybody's",
    },
    ...{
      file: 'libs/gateway-protocol/src/told-route.ts',
      find: 'if (candidate?.rings === undefined) return route;',
    },
    ...{ replace: 'return route;', caughtBy: pure('libs/gateway-protocol/src/read-routes.test.ts') },
  },
];
