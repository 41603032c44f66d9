import { expect, it } from '@jest/globals';
import { differencesOf, type ModelChanges } from './differences.ts';

const textOf = (models: readonly ModelChanges[]): string[] =>
  differencesOf(models).map((spans) => spans.map(({ text }) => text).join(''));

it('shows what changes line by line, with what is around it', () => {
  const before = { name: 'p', steps: [1, 2, 3, 4, 5, 6, 7, 8, 9], end: 'x' };
  const after = { ...before, name: 'q', end: 'y' };
  expect(textOf([{ model: 'fraud', isNew: false, changes: [{ part: 'policy', before, after }] }])).toEqual([
    'fraud: policy',
    '- name: p',
    '+ name: q',
    '  steps:',
    '    - 1',
    '  …',
    '    - 8',
    '    - 9',
    '- end: x',
    '+ end: y',
  ]);
});

it('shows all of what was not there', () => {
  const changes = [{ part: 'tags', before: null, after: { team: 'risk' } }];
  expect(textOf([{ model: 'spam', isNew: true, changes }])).toEqual([
    '+ spam is a new model',
    'spam: tags',
    '+ team: risk',
  ]);
});
