import { expect, it } from '@jest/globals';
import { modelPart, optionsFor } from './palette-options.ts';

const models = [
  { name: 'digits', primary: 2 },
  { name: 'digits-beta 7', primary: null },
] as never;
const found = (text: string): string[] => {
  let gone = '';
  const all = optionsFor(
    text,
    { models, live: [] },
    (href) => (gone = href),
    () => undefined,
  );
  return all.map(({ group, name, run }) => {
    run();
    return `${group}: ${name} ${gone}`;
  });
};

it.each([
  ['digits 3', 'digits'],
  ['digits v3', 'digits'],
  ['  dig', 'dig'],
  ['3', '3'],
  ['digits-beta 7 12', 'digits-beta 7'],
])('of %j the model is %j', (text, part) => {
  expect(modelPart(text)).toBe(part);
});

it('finds a version by its model and its number', () => {
  expect(found('digits v3')).toEqual([
    'Versions: digits 3 /models/digits/versions/3',
    'Versions: digits-beta 7 3 /models/digits-beta%207/versions/3',
  ]);
  expect(found('beta 7')).toEqual([
    'Models: digits-beta 7 /models/digits-beta%207',
    'Versions: digits-beta 7 7 /models/digits-beta%207/versions/7',
  ]);
  expect(found('dig')).toEqual([
    'Models: digits /models/digits',
    'Models: digits-beta 7 /models/digits-beta%207',
  ]);
});
