import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { confusionOf, labelsOf } from './confusion.ts';

const sample = (primary: unknown, candidate: unknown, status = 200) => ({
  requestId: 'r',
  primary: { status: 200, body: JSON.stringify(primary) },
  candidate: { status, body: JSON.stringify(candidate) },
});
const labelled = (from: string, to: string) =>
  sample({ label: from, score: 0.123 }, { label: to, score: 0.5 });

it('counts old against new in the place where they differ', () => {
  const found = confusionOf([
    labelled('grignolino', 'barolo'),
    labelled('grignolino', 'barolo'),
    labelled('barolo', 'barbera'),
    sample({ other: 'a' }, { other: 'b' }),
  ]);
  expect(found).toMatchObject({
    path: 'label',
    total: 3,
    most: 2,
    labels: ['barolo', 'grignolino', 'barbera'],
  });
  expect(found?.count('grignolino', 'barolo')).toBe(2);
  expect(found?.count('barolo', 'grignolino')).toBe(0);
});

it('of other statuses it is the status that is told', () => {
  expect(labelsOf(sample({ label: 'a' }, { error: 'x' }, 500))).toEqual({
    path: 'status',
    from: '200',
    to: '500',
  });
});

it.each([
  ['one alone', [labelled('a', 'b')]],
  ['numbers', [sample(0.25, 0.5), sample(0.125, 0.75)]],
  ['texts', [sample('a '.repeat(40), 'b'), sample('c '.repeat(40), 'd')]],
  ['more names than anybody reads', Array.from({ length: 20 }, (_, i) => labelled(`a${i}`, `b${i}`))],
  ['nothing', []],
])('there is no table of %s', (_title, samples) => expect(confusionOf(samples)).toBeNull());

it('whatever the answers, each disagreement of the table is counted once', () => {
  const name = fc.constantFrom('a', 'b', '__proto__', '');
  fc.assert(
    fc.property(fc.array(fc.tuple(name, name), { maxLength: 30 }), (pairs) => {
      const found = confusionOf(pairs.map(([from, to]) => labelled(from, to)));
      if (found === null) return;
      const all = found.labels.flatMap((from) => found.labels.map((to) => found.count(from, to)));
      expect(all.reduce((sum, n) => sum + n, 0)).toBe(found.total);
    }),
  );
});
