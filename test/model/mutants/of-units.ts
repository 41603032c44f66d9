import { type Mutant, pure } from './mutant.ts';

const traffic = (file: string): string => `libs/traffic/src/${file}.ts`;
const UNITS = pure('libs/traffic/src/arms/caller-rules.test.ts');

/** Kind 7: a unit keeps its arm, whoever looks. */
export const OF_UNITS: readonly Mutant[] = [
  {
    ...{
      name: 'holds-back-who-had-it',
      kind: 7,
      undoes: 'a promotion moves users of the new version back to the old one',
    },
    ...{
      file: traffic('arms/arm'),
      find: 'heldBack ? place >= ALL - weight : place < weight;',
    },
    ...{ replace: 'place < weight;', caughtBy: pure('libs/traffic/src/arms/arm.test.ts') },
  },
  {
    ...{
      name: 'blanks-are-of-the-unit',
      kind: 7,
      undoes: 'a unit written with a blank is one that no header can say',
    },
    ...{ file: traffic('arms/unit-name'), find: "text.replace(BLANKS_BEFORE, '').replace(BLANKS_AFTER, '')" },
    ...{ replace: "text.replace(BLANKS_BEFORE, '')", caughtBy: UNITS },
  },
  {
    ...{ name: 'long-units-are-cut', kind: 7, undoes: 'two sessions with long cookies are one unit' },
    ...{ file: traffic('arms/unit-name'), find: 'return `long:${hash}:${unit.length}`;' },
    ...{ replace: 'return hash && unit.slice(0, LONGEST_UNIT);', caughtBy: UNITS },
  },
  {
    ...{
      name: 'latin-headers',
      kind: 7,
      undoes: 'a unit beyond ASCII is another one in a header than in feedback',
    },
    ...{
      file: traffic('arms/unit-name'),
      find: 'return UTF8.decode(Uint8Array.from(value, (one) => one.charCodeAt(0)));',
    },
    ...{ replace: 'return value;', caughtBy: UNITS },
  },
  {
    ...{
      name: 'hash-of-characters',
      kind: 7,
      undoes: 'the place of a unit beyond ASCII is none that another client computes',
    },
    ...{ file: traffic('arms/murmur3'), find: 'if (text.charCodeAt(i) > 127) return encoded(text);' },
    ...{
      replace: 'if (text.charCodeAt(i) > 65_535) return encoded(text);',
      caughtBy: pure('libs/traffic/src/arms/murmur3.test.ts'),
    },
  },
  {
    ...{ name: 'same-guinea-pigs', kind: 7, undoes: 'the same users are the first to meet every candidate' },
    ...{
      file: 'libs/engine/src/routing/publish-route.ts',
      find: "policy.units === 'stable' ? model.salt : `${model.salt}:${rolloutId}`",
    },
    ...{
      replace: '(policy, rolloutId, model.salt)',
      caughtBy: { test: 'test/model/engine-model.test.ts', only: 'keeps the invariants' },
    },
  },
  {
    ...{ name: 'salt-moves', kind: 7, undoes: 'users change arms from one step of a rollout to the next' },
    ...{ file: 'libs/engine/src/routing/publish-route.ts', find: 'salt: kept ?? change.salt ?? model.salt,' },
    ...{
      replace: 'salt: `${kept ?? change.salt ?? model.salt}${String(current?.revision)}`,',
      caughtBy: { test: 'test/model/engine-model.test.ts', only: 'keeps the invariants' },
    },
  },
  {
    ...{
      name: 'had-it-is-held-back',
      kind: 7,
      undoes: 'a bake gives units the old version again that a large canary has given the new one',
    },
    ...{
      file: 'libs/rollout/src/policy/hold-back.ts',
      find: 'Math.min(asked, ALL - mostGiven(policy.steps))',
    },
    ...{ replace: 'asked', caughtBy: { test: 'libs/rollout/src/policy/hold-back.test.ts' } },
  },
];
